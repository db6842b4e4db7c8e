// The NTL side of compare.rs. Built and started by it; links the library, contains none of it.
//
// Each line of input is `OPERATION REPETITIONS A [B]`, polynomials as hexadecimal bytes, least significant first. Each line of
// output is the time of one operation in seconds and the answer.
#include <NTL/GF2X.h>
#include <NTL/GF2XFactoring.h>
#include <NTL/vec_GF2.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

using namespace NTL;

static GF2X parse(const std::string& hex) {
    std::vector<unsigned char> bytes(hex.size() / 2);
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = std::stoi(hex.substr(2 * i, 2), nullptr, 16);
    GF2X p;
    GF2XFromBytes(p, bytes.data(), bytes.size());
    return p;
}

static std::string print(const GF2X& p) {
    std::vector<unsigned char> bytes(NumBytes(p));
    BytesFromGF2X(bytes.data(), p, bytes.size());
    std::string hex;
    char digits[3];
    for (unsigned char byte : bytes) {
        std::snprintf(digits, sizeof digits, "%02x", byte);
        hex += digits;
    }
    return hex;
}

int main() {
    std::string operation, first, second;
    long repetitions;
    while (std::cin >> operation >> repetitions >> first) {
        GF2X a = parse(first), b, c;
        if (operation == "mul" || operation == "gcd") {
            std::cin >> second;
            b = parse(second);
        }
        // A sequence is the coefficients below the leading one.
        vec_GF2 sequence;
        if (operation == "minpoly") {
            sequence.SetLength(deg(a));
            for (long i = 0; i < deg(a); i++) sequence.put(i, coeff(a, i));
        }
        long answer = 0;
        vec_pair_GF2X_long factors;
        auto start = std::chrono::steady_clock::now();
        for (long i = 0; i < repetitions; i++) {
            if (operation == "mul") mul(c, a, b);
            else if (operation == "gcd") GCD(c, a, b);
            else if (operation == "irreducible") answer = IterIrredTest(a);
            else if (operation == "factor") CanZass(factors, a);
            else if (operation == "minpoly") MinPolySeq(c, sequence, deg(a) / 2);
            else return 2;
        }
        std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        std::cout << time.count() / repetitions << ' ';
        if (operation == "irreducible") std::cout << answer;
        else if (operation == "factor")
            for (long i = 0; i < factors.length(); i++) std::cout << (i ? "," : "") << print(factors[i].a) << ':' << factors[i].b;
        else std::cout << print(c);
        std::cout << std::endl;
    }
}
