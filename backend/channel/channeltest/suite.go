package channeltest

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/build/proof"
)

// update is the one flag of that name in a connector's tests: they ask Updating.
var update = flag.Bool("update", false, "write the golden files anew; then read them by eye")

// Updating tells that golden files are to be written anew.
func Updating() bool { return *update }

// Suite is what a connector's test hands in.
type Suite struct {
	Connector channel.Connector
	// Vendor makes a simulated vendor with nothing in it, which lives by the clock.
	Vendor func(clock func() time.Time) simulated.Vendor
	// HTTPS tries the connection over HTTPS as well as over HTTP.
	HTTPS bool
	// Hooks gives samples of deliveries as the vendor makes them; needed for a Hooker, at least one with IDs.
	Hooks []Hook
	// Golden is where the manifest lies as JSON; testdata/manifest.json where it is not said.
	Golden string
}

// Hook is a sample of one delivery.
type Hook struct {
	Name   string
	Header http.Header
	Body   []byte
	Secret string
	// Want is what it says. One without IDs is a ping: it needs no signature.
	Want channel.Hook
}

// T is what the kit needs of a test, so that the kit can be tested itself.
type T interface {
	rapid.TB
	Cleanup(func())
	Run(name string, part func(T)) bool
}

// tested is a T of the testing package.
type tested struct{ *testing.T }

// Run runs a part as a subtest.
func (t tested) Run(name string, part func(T)) bool {
	return t.T.Run(name, func(t *testing.T) { part(tested{t}) })
}

// Run tries all that the connector's manifest claims, against its simulated vendor and a clock of its own. Each subtest
// says in its name what must hold; what is not claimed is named in the log.
func Run(t *testing.T, s Suite) {
	t.Helper()
	run(tested{t}, s)
}

// Proof runs random histories: as many as Run does, or 10,000 of each kind in `make proof`, where a connector's
// TestProofHistories comes here. It writes docs/proof/histories-CONNECTOR.json.
func Proof(t *testing.T, s Suite) {
	t.Helper()
	k := newKit(s)
	p := proof.Begin(t, "histories-"+k.manifest.ID, 0)
	k.histories(tested{t}, func(name string, n func(n int) bool) {
		left := p.Size(historiesTried, 10_000) - p.Counts[name]
		for ; left > 0; left -= 500 {
			if !n(min(left, 500)) {
				return
			}
			p.Counts[name] += min(left, 500)
			p.Save()
		}
	})
}

// kit is one run of the suite.
type kit struct {
	Suite
	manifest channel.Manifest
	used     map[string]int // calls by bucket
}

func newKit(s Suite) *kit {
	if s.Golden == "" {
		s.Golden = "testdata/manifest.json"
	}
	return &kit{Suite: s, manifest: s.Connector.Manifest(), used: map[string]int{}}
}

// part is one thing that must hold. Where left says why, it is not tried.
type part struct {
	name string
	do   func(T)
	left string
}

func run(t T, s Suite) {
	k := newKit(s)
	for _, p := range k.parts() {
		if p.left != "" {
			t.Log("not tried: " + p.name + ": " + p.left)
			continue
		}
		t.Run(p.name, p.do)
	}
}

func (k *kit) parts() []part {
	writes, noWrites := len(k.manifest.Writes) > 0, "the manifest claims no writes"
	_, hooker := k.Connector.(channel.Hooker)
	_, refresher := k.Connector.(channel.Refresher)
	return []part{
		{name: "the manifest says what a person needs", do: k.manifestWords},
		{name: "the manifest claims what the connector does, and nothing else", do: k.manifestHonest},
		{name: "the manifest is the golden one", do: k.manifestGolden},
		{name: "a check names the account and its rights, and changes nothing", do: k.checkGood},
		{name: "a check of a broken connection says what is broken", do: k.checkBroken},
		{name: "a check over HTTPS is as good", do: k.checkHTTPS, left: unless(k.HTTPS, "the suite does not ask for HTTPS")},
		{name: "a lapsed sign-in is refreshed, and refused secrets are a person's matter", do: k.refreshes, left: unless(refresher, "the sign-in does not lapse")},
		{name: "a full pull gives all there is, a second run changes nothing", do: k.pullsAll},
		{name: "each item reads as one record under its own id", do: k.readsAll},
		{name: "pages of any size hold all there is", do: k.pageSizes},
		{name: "an empty vendor is read to its end", do: k.emptyVendor},
		{name: "what is placed, changed and removed between pages loses nothing", do: k.movingPages},
		{name: "a pull goes on after any page, and after a page that was lost", do: k.resumes},
		{name: "five hundred orders of one instant all arrive", do: k.oneInstant, left: unless(k.has(channel.Orders), "the manifest claims no orders")},
		{name: "a pull since an instant includes it and leaves older ones", do: k.since},
		{name: "a start in the future gives nothing and blinds nobody", do: k.future},
		{name: "items are found by their ids, gone ones are named", do: k.byID},
		{name: "a cursor of nonsense does no harm", do: k.nonsense},
		{name: "a clock of ours that is wrong loses nothing", do: k.wrongClocks},
		{name: "orders keep their instant in every zone and over clock changes", do: k.zones, left: unless(k.has(channel.Orders), "the manifest claims no orders")},
		{name: "what the vendor lists late is found", do: k.lateRows, left: unless(k.has(channel.Orders), "the manifest claims no orders")},
		{name: "an update of an old item is seen", do: k.updates},
		{name: "random histories lose nothing", do: func(t T) {
			k.histories(t, func(_ string, n func(int) bool) { n(historiesTried) })
		}},
		{name: "a fault of any kind while reading has its class and leaves the next try whole", do: k.readFaults},
		{name: "a fault of any kind while writing tells what became of it", do: k.writeFaults, left: unless(writes, noWrites)},
		{name: "what is cancelled ends at once", do: k.cancelled},
		{name: "a write is one effect, found again and observed", do: k.writesOnce, left: unless(writes, noWrites)},
		{name: "a write whose answer is lost stays one effect", do: k.writesLost, left: unless(writes, noWrites)},
		{name: "a write to what is not there is refused and holds up no other", do: k.writesRefused, left: unless(writes, noWrites)},
		{name: "a write upon a value that is no longer true is stale", do: k.writesStale, left: unless(k.compares(), "no write compares")},
		{name: "a shipment's number that was wrong is corrected, once", do: k.corrected, left: unless(k.corrects(), "no shipment can be corrected")},
		{name: "a hook is believed only when it is signed", do: k.hooks, left: unless(hooker || len(k.Hooks) > 0, "the vendor sends no hooks")},
		{name: "fields and words we do not know are no trouble", do: k.unknownFields},
		{name: "no damage to an item makes reading panic", do: k.damagedItems},
		{name: "personal values stay out of names, ids, versions and logs", do: k.privacy},
		{name: "the engine takes in all there is, what changed, and what is gone", do: k.throughEngine},
		{name: "a kill at any write loses nothing and doubles nothing", do: k.killedAnywhere},
		{name: "a bad network loses nothing, and no call is made more often than it may", do: k.badNetwork},
		{name: "limits are kept, over restarts and kills too", do: k.keepsLimits, left: unless(len(k.manifest.Buckets) > 0, "the vendor has no limits")},
		{name: "a vendor that asks to wait is not called before", do: k.waitsWhenTold, left: unless(len(k.manifest.Buckets) > 0, "the vendor has no limits")},
		{name: "a wait for the limits ends at once when it is cancelled", do: k.cancelsAWait},
		{name: "fifty who need a sign-in at once cause one", do: k.signsInOnce, left: unless(refresher, "the sign-in does not lapse")},
		{name: "every call counts against a bucket, and every bucket is used", do: k.buckets},
	}
}

// unless gives the reason for leaving a part out, unless it is wanted.
func unless(wanted bool, reason string) string {
	if wanted {
		return ""
	}
	return reason
}

func (k *kit) has(stream channel.Stream) bool {
	_, has := k.manifest.Stream(stream)
	return has
}

func (k *kit) compares() bool {
	for _, w := range k.manifest.Writes {
		if w.Compare {
			return true
		}
	}
	return false
}

func (k *kit) corrects() bool {
	w, ships := k.manifest.Write(channel.Ship)
	return ships && w.Corrects
}

// eachStream runs a part once for each stream of the manifest.
func (k *kit) eachStream(t T, do func(t T, stream channel.StreamInfo)) {
	for _, info := range k.manifest.Streams {
		t.Run(string(info.Stream), func(t T) { do(t, info) })
	}
}

// eachWrite runs a part once for each write of the manifest.
func (k *kit) eachWrite(t T, do func(t T, write channel.Write)) {
	_, finds := k.Connector.(channel.Finder)
	_, observes := k.Connector.(channel.Observer)
	for _, write := range k.manifest.Writes {
		t.Run(string(write.Operation), func(t T) {
			switch {
			case channel.Writer(k.Connector, write.Operation) == nil:
				t.Fatal("it is claimed, and the connector cannot do it")
			case !finds && !k.manifest.NativeKeys:
				t.Fatal("the connector cannot find the effect of a write")
			case !observes && slices.Contains(observable, write.Operation):
				t.Fatal("the connector cannot observe what it writes to")
			}
			do(t, write)
		})
	}
}

// difference shows two texts round the place where they begin to differ.
func difference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	near := func(s string) string { return s[max(0, min(at-60, len(s))):min(len(s), at+120)] }
	return "\n... " + near(a) + " ...\n... " + near(b) + " ..."
}

// Golden compares text with the file at path, or writes it there under -update.
func Golden(t rapid.TB, path, got string) {
	t.Helper()
	if Updating() {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // a file of the project
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || strings.ReplaceAll(string(want), "\r\n", "\n") != got {
		t.Errorf("%s differs (%v; -update writes it anew); got:\n%s", path, err, got)
	}
}
