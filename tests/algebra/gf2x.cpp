// gf2x (GPL) as a peer of compare.rs, which builds and starts it. Links the library, contains none of it.
#include "peer.h"

#include <gf2x.h>

int main() {
    std::string version = std::to_string(GF2X_VERSION_MAJOR) + "." + std::to_string(GF2X_VERSION_MINOR) + "." + std::to_string(GF2X_VERSION_PATCHLEVEL);
    return serve("gf2x " + version, [](const std::string& operation, long repetitions, const Bytes& first, const Bytes& second, double& time) {
        if (operation != "mul") return std::string();
        size_t n = (first.size() + 7) / 8, m = (second.size() + 7) / 8;
        std::vector<uint64_t> a = words(first, n), b = words(second, m), c(n + m);
        time = timed(repetitions, [&] {
            gf2x_mul((unsigned long*)c.data(), (const unsigned long*)a.data(), n, (const unsigned long*)b.data(), m);
        });
        return print((const unsigned char*)c.data(), 8 * c.size());
    });
}
