// What the other side of compare.rs does whatever the library: reads questions, takes the time, writes answers.
//
// Each line of input is `OPERATION REPETITIONS A [B]`, polynomials as hexadecimal bytes, least significant first. Each line of output is the time of one
// operation in seconds and the answer; or `-` if the library has no such operation. The first line of output says what the library is.
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

using Bytes = std::vector<unsigned char>;

static Bytes parse(const std::string& hex) {
    Bytes bytes(hex.size() / 2);
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = std::stoi(hex.substr(2 * i, 2), nullptr, 16);
    return bytes;
}

static std::string print(const unsigned char* bytes, size_t count) {
    while (count > 0 && bytes[count - 1] == 0) count--;
    std::string hex;
    char digits[3];
    for (size_t i = 0; i < count; i++) {
        std::snprintf(digits, sizeof digits, "%02x", bytes[i]);
        hex += digits;
    }
    return hex;
}

// Words of a polynomial, zeros above up to so many.
static std::vector<uint64_t> words(const Bytes& bytes, size_t count) {
    std::vector<uint64_t> all(count);
    for (size_t i = 0; i < bytes.size(); i++) all[i / 8] |= uint64_t(bytes[i]) << 8 * (i % 8);
    return all;
}

// CPU time of this thread in seconds, which other programs do not spoil.
static double now() {
    timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + 1e-9 * time.tv_nsec;
}

// Seconds of one of them.
template <class Work> static double timed(long repetitions, Work work) {
    double start = now();
    for (long i = 0; i < repetitions; i++) work();
    return (now() - start) / repetitions;
}

// `answer(operation, repetitions, a, b, time)` gives the answer, or an empty text if there is no such operation.
template <class Answer> static int serve(const std::string& name, Answer answer) {
    std::cout << name << std::endl;
    std::string operation, first, second;
    long repetitions;
    while (std::cin >> operation >> repetitions >> first) {
        second.clear();
        if (operation == "mul" || operation == "gcd" || operation == "rem") std::cin >> second;
        double time = 0;
        std::string text = answer(operation, repetitions, parse(first), parse(second), time);
        if (text.empty()) std::cout << '-' << std::endl;
        else std::cout << time << ' ' << text << std::endl;
    }
    return 0;
}
