// NTL (LGPL) as a peer of compare.rs, which builds and starts it. Links the library, contains none of it.
#include "peer.h"

#include <NTL/GF2X.h>
#include <NTL/GF2XFactoring.h>
#include <NTL/vec_GF2.h>
#include <NTL/version.h>

using namespace NTL;

static std::string text(const GF2X& p) {
    Bytes bytes(NumBytes(p));
    BytesFromGF2X(bytes.data(), p, bytes.size());
    return print(bytes.data(), bytes.size());
}

int main() {
    return serve("NTL " NTL_VERSION, [](const std::string& operation, long repetitions, const Bytes& first, const Bytes& second, double& time) {
        GF2X a, b, c;
        GF2XFromBytes(a, first.data(), first.size());
        GF2XFromBytes(b, second.data(), second.size());
        if (operation == "irreducible") {
            long answer = 0;
            time = timed(repetitions, [&] { answer = IterIrredTest(a); });
            return std::to_string(answer);
        }
        if (operation == "factor") {
            vec_pair_GF2X_long factors;
            time = timed(repetitions, [&] { CanZass(factors, a); });
            std::string all;
            for (long i = 0; i < factors.length(); i++) all += (i ? "," : "") + text(factors[i].a) + ":" + std::to_string(factors[i].b);
            return all;
        }
        if (operation == "mul") time = timed(repetitions, [&] { mul(c, a, b); });
        else if (operation == "square") time = timed(repetitions, [&] { sqr(c, a); });
        else if (operation == "rem") time = timed(repetitions, [&] { rem(c, a, b); });
        else if (operation == "gcd") time = timed(repetitions, [&] { GCD(c, a, b); });
        else if (operation == "minpoly") {
            // A sequence is the coefficients below the leading one.
            vec_GF2 sequence;
            sequence.SetLength(deg(a));
            for (long i = 0; i < deg(a); i++) sequence.put(i, coeff(a, i));
            time = timed(repetitions, [&] { MinPolySeq(c, sequence, deg(a) / 2); });
        } else return std::string();
        return text(c);
    });
}
