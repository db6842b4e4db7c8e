// bitpolymul2 (LGPL) as a peer of compare.rs, which builds and starts it with the library's sources. Contains none of them.
#include "peer.h"

#include <cstdlib>

extern "C" {
#include "bitpolymul.h"
}

// Its products are of as many words as a power of two; of its two ways the faster one counts.
int main() {
    return serve("bitpolymul2", [](const std::string& operation, long repetitions, const Bytes& first, const Bytes& second, double& time) {
        size_t n = 256;
        while (8 * n < first.size() || 8 * n < second.size()) n *= 2;
        if (operation != "mul" || first.size() < 8 * n / 2 || first.size() < 8 * 256) return std::string();
        auto aligned = [&](const Bytes& bytes, size_t count) {
            uint64_t* all = (uint64_t*)aligned_alloc(64, 8 * count);
            std::vector<uint64_t> from = words(bytes, count);
            for (size_t i = 0; i < count; i++) all[i] = from[i];
            return all;
        };
        uint64_t *a = aligned(first, n), *b = aligned(second, n), *c = aligned({}, 2 * n);
        double one = timed(repetitions, [&] { bitpolymul_2_128(c, a, b, n); });
        std::string text = print((const unsigned char*)c, 16 * n);
        double other = timed(repetitions, [&] { bitpolymul_2_64(c, a, b, n); });
        time = one < other ? one : other;
        if (text != print((const unsigned char*)c, 16 * n)) text = "its two ways differ";
        std::free(a);
        std::free(b);
        std::free(c);
        return text;
    });
}
