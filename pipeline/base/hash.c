/* hash.c: see hash.h. */
#include "pipeline/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void hexadecimal(const unsigned char *digest, char hex[65])
{
    for (int i = 0; i < 32; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void hash_bytes(const void *bytes, size_t size, char hex[65])
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL);
    hexadecimal(digest, hex);
}

void hash_text(const char *text, char hex[65])
{
    hash_bytes(text, strlen(text), hex);
}

void hash_chain(char hash[65], const char *text)
{
    unsigned char digest[EVP_MAX_MD_SIZE] = {0};
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    EVP_DigestUpdate(context, hash, strlen(hash));
    EVP_DigestUpdate(context, "\n", 1);
    EVP_DigestUpdate(context, text, strlen(text));
    EVP_DigestFinal_ex(context, digest, NULL);
    EVP_MD_CTX_free(context);
    hexadecimal(digest, hash);
}

int hash_file(const char *path, char hex[65], int64_t *bytes, struct error *error)
{
    enum { CHUNK = 1 << 16 };
    unsigned char buffer[CHUNK], digest[EVP_MAX_MD_SIZE] = {0};
    int64_t total = 0;
    ssize_t got = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_system(error, path);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    errno = ENOMEM;
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
        while ((got = read(file, buffer, CHUNK)) > 0) {
            EVP_DigestUpdate(context, buffer, (size_t)got);
            total += got;
        }
        EVP_DigestFinal_ex(context, digest, NULL);
    }
    if (got < 0)
        error_system(error, path);
    EVP_MD_CTX_free(context);
    close(file);
    if (got < 0)
        return FAILED;
    hexadecimal(digest, hex);
    if (bytes)
        *bytes = total;
    return 0;
}
