package channeltest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// toxic is one way in which a network is bad (https://github.com/Shopify/toxiproxy#toxics). Times are milliseconds of real time.
type toxic struct {
	name, kind, stream, attributes string
	fatal                          bool // no call comes through while it lasts
}

var toxics = []toxic{
	{"answers come late", "latency", "downstream", `{"latency":8,"jitter":7}`, false},
	{"answers drip", "slicer", "downstream", `{"average_size":300,"size_variation":200,"delay":50}`, false},
	{"the line is thin", "bandwidth", "downstream", `{"rate":900}`, false},
	{"connections end amid the answer", "limit_data", "downstream", `{"bytes":420}`, true},
	{"connections are reset", "reset_peer", "downstream", `{"timeout":0}`, true},
	{"answers never come", "timeout", "downstream", `{"timeout":15}`, true},
	{"calls never arrive", "timeout", "upstream", `{"timeout":15}`, true},
}

// forGood is longer than any run.
const forGood = 1000

// callTries is how often the engine makes one call that changes nothing, at most.
const callTries = 4

// badNetwork pulls over a network that is bad in each way, for two tries of a call and for good.
func (k *kit) badNetwork(t T) {
	info := k.manifest.Streams[0]
	if orders, has := k.manifest.Stream(channel.Orders); has {
		info = orders
	}
	for _, bad := range toxics {
		t.Run(bad.name, func(t T) {
			n := k.network(t)
			for _, lasts := range []int{2, forGood} {
				n.suffer(info, bad, lasts)
			}
		})
	}
}

// network is a house whose way to the vendor leads through a proxy that can be bad.
type network struct {
	*house

	proxy   *toxiproxy.Proxy
	arrived atomic.Int64
}

func (k *kit) network(t T) *network {
	n := &network{house: k.house(t, 7)}
	n.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.arrived.Add(1)
		r.Header.Del(bucketHeader)
		r.Header.Del(costHeader)
		n.vendor.ServeHTTP(w, r)
	})
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	n.proxy = toxiproxy.NewProxy(server, "vendor", "127.0.0.1:0", n.server.Listener.Addr().String())
	err := n.proxy.Start()
	must(t, err == nil, "starting the proxy: %v", err)
	t.Cleanup(n.proxy.Stop)
	return n
}

// suffer lets the network be bad for so many tries of a call, through a run that sees changes. Nothing may be lost or doubled by it, and
// no more is asked than each call may be tried.
func (n *network) suffer(info channel.StreamInfo, bad toxic, tries int) {
	n.t.Helper()
	j := n.join("http://" + n.proxy.Listen)
	j.pulls(info.Stream, false)
	j.stir(info.Stream, 2)
	n.poison(bad)
	slept := 0
	n.clock.sleep = func(context.Context) {
		if slept++; slept == tries {
			n.proxy.Toxics.ResetToxics(n.ctx)
		}
	}
	calls, arrived := n.asked.calls, n.arrived.Load()
	_, err := j.pull(info.Stream, !info.Changes)
	n.clock.sleep = nil
	n.proxy.Toxics.ResetToxics(n.ctx)
	lasting := bad.fatal && tries == forGood
	must(n.t, (err != nil) == lasting && (err == nil || fault.Is(err, fault.Unavailable)), "%s for %d tries: %v", bad.name, tries, err)
	most := int64(n.asked.calls-calls) * callTries
	must(n.t, n.arrived.Load()-arrived <= most, "%d calls arrived, of at most %d", n.arrived.Load()-arrived, most)
	j.rig.clock.wait(time.Minute)
	j.pulls(info.Stream, !info.Changes)
	j.settled(info.Stream, bad.name)
}

func (n *network) poison(bad toxic) {
	n.t.Helper()
	_, err := n.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(`{"name":"bad","type":%q,"stream":%q,"toxicity":1,"attributes":%s}`,
		bad.kind, bad.stream, bad.attributes)))
	must(n.t, err == nil, "making the network bad: %v", err)
}
