/* Runs a command and says what it took: `launch FILE COMMAND...` writes to FILE the seconds of wall
 * clock, of user and of system time, and the most memory it held, in KB; its exit code is the
 * command's.
 *
 * It exists for the memory: a process starts with the peak of the one that forked it, on Linux also
 * across exec, so that nothing started by a Python program seems to be smaller than that program.
 * This one holds next to nothing. */

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: launch FILE COMMAND...\n", stderr);
        return 2;
    }
    FILE *report = fopen(argv[1], "we");
    if (report == NULL) {
        perror(argv[1]);
        return 2;
    }
    double begun = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("launch");
        return 2;
    }
    fprintf(report, "%.6f %.6f %.6f %ld\n", now() - begun, seconds(usage.ru_utime),
            seconds(usage.ru_stime), usage.ru_maxrss);
    if (fclose(report) != 0) {
        perror(argv[1]);
        return 2;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
