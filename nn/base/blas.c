/* blas.c: which kernels the BLAS library uses, and which it should. */
#include "nn/nn.h"

#include <stdio.h>
#include <string.h>

/* Weak, so that the library links with any CBLAS. */
extern char *openblas_get_config(void) __attribute__((weak));
extern char *openblas_get_corename(void) __attribute__((weak));

void nn_blas_name(char *text, size_t size)
{
    int version = 0; /* characters of "OpenBLAS 0.3.21" in the library's description of itself */
    const char *config = openblas_get_config ? openblas_get_config() : "BLAS";
    const char *kernel = openblas_get_corename ? openblas_get_corename() : "";
    sscanf(config, "%*s %*s%n", &version);
    snprintf(text, size, "%.*s %s", version ? version : (int)strlen(config), config, kernel);
}

const char *nn_blas_wish(nn_isa isa)
{
    if (!openblas_get_corename)
        return NULL;
    const char *kernel = openblas_get_corename();
    int wide = !strcmp(kernel, "SkylakeX") || !strcmp(kernel, "Cooperlake") ||
               !strcmp(kernel, "Sapphirerapids");
    int avx2 = wide || !strcmp(kernel, "Haswell") || !strcmp(kernel, "Zen");
    if (isa == NN_ISA_BEST)
        isa = nn_isa_best();
    if (isa == NN_ISA_AVX512 && !wide)
        return "SkylakeX";
    if (isa == NN_ISA_AVX2 && !avx2)
        return "Haswell";
    return NULL;
}
