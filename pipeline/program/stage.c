/* stage.c: options, errors, progress and hashes of all stage programs. See stage.h. */
#include "pipeline/program/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

double stage_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void print_error(const struct stage *stage, const char *format, va_list arguments)
{
    stage_progress_end(stage);
    fprintf(stderr, "%s: ", stage->name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void stage_fail(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error(stage, format, arguments);
    exit(1);
}

void stage_usage(const struct stage *stage, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_error(stage, format, arguments);
    fprintf(stderr, "Try '%s --help'.\n", stage->name);
    exit(2);
}

void stage_open(const struct stage *stage, struct db *db, db_mode mode)
{
    if (db_open(db, stage->db_path, mode))
        stage_fail(stage, "%s", db->error);
}

int parse_int(const char *text, int64_t least, int64_t greatest, int64_t *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end || errno || number < least || number > greatest)
        return -1;
    *value = number;
    return 0;
}

int parse_image(const char *text, const char **part, int64_t *number, char error[200])
{
    const char *digits = text;
    if (strncmp(text, "train:", 6) == 0) {
        *part = "train";
        digits += 6;
    } else if (strncmp(text, "test:", 5) == 0) {
        *part = "test";
        digits += 5;
    }
    if (parse_int(digits, 1, INT64_MAX, number) == 0)
        return 0;
    snprintf(error, 200, "--image: '%.60s', expected a number from 1, train:ROW or test:ROW", text);
    return -1;
}

int parse_when(const char *option, const char *text, int *when, char error[200])
{
    if (strcmp(text, "always") == 0 || strcmp(text, "never") == 0)
        *when = text[0] == 'a';
    else if (strcmp(text, "auto") != 0) {
        snprintf(error, 200, "--%s: '%.60s', expected auto, always or never", option, text);
        return -1;
    }
    return 0;
}

int parse_real(const char *text, double least, double greatest, double *value)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !(number >= least && number <= greatest))
        return -1;
    *value = number;
    return 0;
}

enum {
    OPTION_DB = 1,
    OPTION_DATASET,
    OPTION_RUN,
    OPTION_SEED,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option COMMON[] = {
    {"db", required_argument, NULL, OPTION_DB},
    {"dataset", required_argument, NULL, OPTION_DATASET},
    {"run", required_argument, NULL, OPTION_RUN},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
};

enum { N_COMMON = sizeof COMMON / sizeof *COMMON, MAX_OWN = 40 };

static void keep_arguments(struct stage *stage, int argc, char **argv)
{
    size_t used = 0;
    stage->arguments[0] = '\0';
    for (int i = 1; i < argc && used < sizeof stage->arguments; i++)
        used += (size_t)snprintf(stage->arguments + used, sizeof stage->arguments - used, "%s%s",
                                 i > 1 ? " " : "", argv[i]);
}

static void take_common(struct stage *stage, int option, const char *argument)
{
    int64_t number;
    switch (option) {
    case OPTION_DB:
        stage->db_path = argument;
        return;
    case OPTION_DATASET:
        if (!*argument)
            stage_usage(stage, "--dataset: found an empty name");
        stage->dataset = argument;
        return;
    case OPTION_RUN:
        if (parse_int(argument, 1, INT64_MAX, &stage->run))
            stage_usage(stage, "--run: '%s' is not a run number from 1", argument);
        return;
    case OPTION_SEED:
        if (parse_int(argument, 0, INT64_MAX, &number))
            stage_usage(stage, "--seed: '%s' is not a whole number from 0", argument);
        stage->seed = (uint64_t)number;
        stage->seed_given = 1;
        return;
    case OPTION_QUIET:
        stage->quiet = 1;
        return;
    case OPTION_HELP:
        fputs(stage->help, stdout);
        exit(fflush(stdout) ? 1 : 0);
    default:
        printf("%s (Pixelmill) %s\n", stage->name, PIXELMILL_VERSION);
        exit(fflush(stdout) ? 1 : 0);
    }
}

int stage_options(struct stage *stage, int argc, char **argv, const struct option *own,
                  stage_take *take, void *context)
{
    struct option all[N_COMMON + MAX_OWN + 1] = {0};
    int n = 0;
    memcpy(all, COMMON, sizeof COMMON);
    while (own && own[n].name && n < MAX_OWN) {
        all[N_COMMON + n] = own[n];
        n++;
    }
    if (!stage->db_path)
        stage->db_path = "experiments/runs.db";
    if (!stage->dataset)
        stage->dataset = "digits";
    stage->started = stage_seconds();
    keep_arguments(stage, argc, argv);

    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", all, NULL)) != -1) {
        char error[200];
        if (option == '?')
            stage_usage(stage, "unknown or ambiguous option '%s'", argv[optind - 1]);
        if (option == ':')
            stage_usage(stage, "option '%s' needs a value", argv[optind - 1]);
        if (option < 256)
            take_common(stage, option, optarg);
        else if (take(option, optarg, context, error))
            stage_usage(stage, "%s", error);
    }
    return optind;
}

void stage_progress(const struct stage *stage, int milestone, const char *format, ...)
{
    int terminal = isatty(STDERR_FILENO);
    if (stage->quiet || (!terminal && !milestone))
        return;
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    struct winsize size;
    if (!terminal)
        fprintf(stderr, "%s\n", line);
    else if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col)
        fprintf(stderr, "\r\033[K%.*s", size.ws_col - 1, line);
    else
        fprintf(stderr, "\r\033[K%s", line);
}

void stage_progress_end(const struct stage *stage)
{
    if (!stage->quiet && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

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

int hash_file(const char *path, char hex[65], int64_t *bytes)
{
    enum { CHUNK = 1 << 16 };
    unsigned char buffer[CHUNK], digest[EVP_MAX_MD_SIZE] = {0};
    int64_t total = 0;
    ssize_t got = -1;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
        while ((got = read(file, buffer, CHUNK)) > 0) {
            EVP_DigestUpdate(context, buffer, (size_t)got);
            total += got;
        }
        EVP_DigestFinal_ex(context, digest, NULL);
    }
    int saved = errno;
    EVP_MD_CTX_free(context);
    close(file);
    errno = saved;
    if (got < 0)
        return -1;
    hexadecimal(digest, hex);
    if (bytes)
        *bytes = total;
    return 0;
}

void stage_write_run(const struct stage *stage, int64_t run, const char *path)
{
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!path)
        return;
    if (!file || fprintf(file, "%lld\n", (long long)run) < 0 || fclose(file))
        stage_fail(stage, "%s: %s", path, strerror(errno));
}
