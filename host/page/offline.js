// Where the page came from a web server, it is kept for times without a network: what the server has now comes first, the copy if it does not answer.
"use strict";

const KEPT = "lfsr";

addEventListener("install", (event) => {
    event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(["./", "lfsr.wasm"])));
});

addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || new URL(request.url).origin !== location.origin) {
        return;
    }
    const fresh = async () => {
        const response = await fetch(request);
        if (response.ok) {
            const kept = await caches.open(KEPT);
            await kept.put(request, response.clone());
        }
        return response;
    };
    event.respondWith(fresh().catch(() => caches.match(request, { ignoreSearch: true })));
});
