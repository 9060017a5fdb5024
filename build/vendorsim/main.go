// Command vendorsim runs a simulated WooCommerce shop on loopback for the end-to-end tests. It prints one line of JSON: its address
// and the keys it knows. Below /_test/ it can be moved: place an order, count a product, revoke the keys, break down, lose an answer, calm down; and be asked what it has
// for the target of a write.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/connectors/woocommerce/sim"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	listings := flag.Int("listings", 12, "how many listings it has")
	flag.Parse()
	shop := sim.New(time.Now)
	shop.Fill(7, *listings, 6, 40)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	address := "http://" + listener.Addr().String()
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"url": address, "key": sim.GoodKey, "secret": sim.GoodSecret,
		"read_key": sim.ReadKey, "read_secret": sim.ReadSecret}); err != nil {
		return fmt.Errorf("saying the address: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", shop)
	mux.HandleFunc("POST /_test/{what}", func(w http.ResponseWriter, r *http.Request) { move(shop, w, r) })
	mux.HandleFunc("GET /_test/value", func(w http.ResponseWriter, r *http.Request) {
		operation, target := channel.Operation(r.URL.Query().Get("operation")), r.URL.Query().Get("target")
		_, _ = fmt.Fprint(w, shop.Value(operation, target, ""))
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return fmt.Errorf("serving: %w", server.Serve(listener))
}

func move(shop *sim.Shop, w http.ResponseWriter, r *http.Request) {
	switch r.PathValue("what") {
	case "place":
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
		for range max(n, 1) {
			_, _ = fmt.Fprintln(w, shop.Place(random))
		}
	case "count": // somebody there says how much there is
		n, _ := strconv.ParseInt(r.URL.Query().Get("n"), 10, 64)
		shop.Offer(simulated.Good{SKU: r.URL.Query().Get("sku"), Quantity: n, Counted: true})
	case "revoke":
		shop.Desk().Inject(simulated.Fault{Kind: simulated.Revoked})
	case "break":
		shop.Desk().Inject(simulated.Fault{Kind: simulated.Broken500})
	case "lose":
		shop.Desk().Inject(simulated.Fault{Kind: simulated.Lost, Match: simulated.Writes, Times: 1})
	case "calm":
		shop.Desk().Calm()
	default:
		http.NotFound(w, r)
	}
}
