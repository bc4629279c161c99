/* The recursion of src/fib.rs for the system's C compiler: ROUNDS times over the numbers N,
   each time in milliseconds, and what they add up to. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t fib(uint32_t n) { return n <= 2 ? n != 0 : fib(n - 1) + fib(n - 2); }

static double now_ms(void) {
    struct timespec now;
    timespec_get(&now, TIME_UTC);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

int main(int count, char **words) {
    uint64_t sum = fib(30);
    for (int round = count > 1 ? atoi(words[1]) : 0; round > 0; round--) {
        double start_ms = now_ms();
        sum = 0;
        for (int at = 2; at < count; at++) sum += fib((uint32_t)atoi(words[at]));
        printf("%f ", now_ms() - start_ms);
    }
    printf("%llu\n", (unsigned long long)sum);
    return 0;
}
