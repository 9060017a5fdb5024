package channeltest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
	"tradepost/backend/fault"
)

// action is one piece of work that can go wrong. It gives what it found, as text.
type action struct {
	name string
	do   func(*rig) (string, error)
}

// reads lists all work that changes nothing.
func (k *kit) reads() []action {
	all := []action{{"check", func(g *rig) (string, error) {
		account, err := g.check()
		text, _ := json.Marshal(account)
		return string(text), err
	}}}
	for _, info := range k.manifest.Streams {
		for _, mode := range modes(info) {
			all = append(all,
				pullAction(info, mode, "first page", func(*rig) channel.PullRequest { return channel.PullRequest{} }),
				pullAction(info, mode, "second page", func(g *rig) channel.PullRequest {
					return channel.PullRequest{Cursor: g.second[info.Stream+channel.Stream(mode)]}
				}))
		}
		all = append(all, pullAction(info, channel.ByID, "page", func(g *rig) channel.PullRequest {
			ids := g.vendor.IDs(info.Stream)
			return channel.PullRequest{IDs: ids[:min(len(ids), 2)]}
		}))
	}
	return all
}

func pullAction(info channel.StreamInfo, mode channel.Mode, name string, request func(*rig) channel.PullRequest) action {
	return action{name + " of " + string(info.Stream) + ", " + string(mode), func(g *rig) (string, error) {
		r := request(g)
		r.Stream, r.Mode, r.Size = info.Stream, mode, 3
		page, err := g.pull(r)
		if err == nil && r.Cursor == nil && mode != channel.ByID {
			g.second[info.Stream+channel.Stream(mode)] = stored(g, page.Next)
		}
		return pageText(page), err
	}}
}

// pageText is what counts of a page.
func pageText(page channel.Page) string {
	var text strings.Builder
	fmt.Fprintf(&text, "done %v, deleted %v, total %d, next %s\n", page.Done, page.Deleted, page.Total, page.Next)
	for _, item := range page.Items {
		if item.Version != "" {
			item.Raw = nil // the version tells whether it is another
		}
		fmt.Fprintf(&text, "%s %s %s %s\n", item.ID, item.Version, item.UpdatedAt, item.Raw)
	}
	return text.String()
}

func (k *kit) readFaults(t T) {
	g := k.filled(t)
	for _, a := range k.reads() {
		t.Run(a.name, func(t T) {
			g := g.under(t)
			before := len(g.session.Calls)
			clean, err := a.do(g)
			if err != nil {
				t.Fatalf("without a fault: %v", err)
			}
			for call := range len(g.session.Calls) - before {
				for _, kind := range simulated.Kinds {
					g.faultyRead(t, a, clean, kind, call)
				}
			}
		})
	}
}

// under is g seen by another test.
func (g *rig) under(t T) *rig {
	g.t = t
	return g
}

// faultyRead lets one call of an action go wrong.
func (g *rig) faultyRead(t T, a action, clean string, kind simulated.Kind, call int) {
	g.vendor.Desk().Inject(simulated.Fault{Kind: kind, After: call, Times: 1, RetryAfter: 90 * time.Second})
	found, err := a.do(g)
	g.vendor.Desk().Calm()
	g.classOfRead(t, kind, call, err)
	// A right is asked for by trying it: a refusal of one call may mean that it is missing.
	asked := a.name == "check" && call > 0 && (kind == simulated.Revoked || kind == simulated.Twice)
	must(t, err != nil || asked || found == clean, "%s in call %d goes unnoticed and gives something else:%s", kind, call, difference(found, clean))
	again, err := a.do(g)
	must(t, err == nil && again == clean, "after %s in call %d the next try gives something else: %v%s", kind, call, err, difference(again, clean))
}

// readClasses are what an error may be after a fault in a call that changes nothing. A kind that is not here may also pass
// for a good answer.
var readClasses = map[simulated.Kind][]fault.Code{
	simulated.TooMany: {fault.RateLimited}, simulated.Maintenance: {fault.Unavailable, fault.RateLimited},
	simulated.Broken500: {fault.Unavailable}, simulated.HTML502: {fault.Unavailable}, simulated.Late500: {fault.Unavailable},
	simulated.Lost: {fault.Unavailable}, simulated.Behind: {fault.Unavailable}, simulated.Reset: {fault.Unavailable}, simulated.Truncated: {fault.Unavailable},
	simulated.LoginPage: {fault.Invalid, fault.Unavailable, fault.Auth}, simulated.Revoked: {fault.Auth},
}

func (g *rig) classOfRead(t T, kind simulated.Kind, call int, err error) {
	allowed, certain := readClasses[kind]
	if !certain {
		allowed = []fault.Code{fault.Invalid, fault.Unavailable}
	}
	if kind == simulated.Twice {
		allowed = []fault.Code{fault.Unavailable, fault.Auth} // a signature that counts once is refused the second time
	}
	if err == nil {
		return // what was found is compared
	}
	coded := fault.Of(err)
	must(t, slices.Contains(allowed, coded.Code), "%s in call %d is of the class %s, not one of %v: %v", kind, call, coded.Code, allowed, err)
	if kind == simulated.TooMany {
		wait := coded.RetryAt.Sub(g.clock.ours())
		must(t, wait >= 89*time.Second && wait <= 91*time.Second, "the vendor asks to wait 90 s; the error says %s", wait)
	}
}

func (k *kit) cancelled(t T) {
	all := k.reads()
	for _, w := range k.manifest.Writes {
		if channel.Writer(k.Connector, w.Operation) == nil {
			continue // another part says so
		}
		all = append(all, action{"write " + string(w.Operation), func(g *rig) (string, error) {
			before := len(g.session.Calls)
			outcomes, err := g.write(w.Operation, g.writable(w, 1))
			unclear := err == nil && outcomes[0].Result == channel.Unclear || fault.Is(err, fault.Unknown)
			must(t, !g.session.wrote(before) || unclear, "a write that was under way when it was cancelled is not unknown: %v", err)
			if err == nil {
				err = fault.New(fault.Unknown, "It is not clear.", "")
			}
			return "", err
		}})
	}
	g := k.filled(t)
	for _, a := range all {
		t.Run(a.name, func(t T) {
			g := g.under(t)
			calls := g.calls(a)
			for call := range calls {
				g.cancelIn(t, a, call)
			}
		})
	}
}

// calls counts the calls of an action that goes well; writes are cancelled in their first one.
func (g *rig) calls(a action) int {
	if len(a.name) > 5 && a.name[:5] == "write" {
		return 1
	}
	before := len(g.session.Calls)
	_, _ = a.do(g)
	return len(g.session.Calls) - before
}

// cancelIn cancels an action while the vendor keeps it waiting for a call. The vendor answers only after the action ended.
func (g *rig) cancelIn(t T, a action, call int) {
	ctx, cancel := context.WithCancel(workContext)
	entered, release := make(chan struct{}), make(chan struct{})
	var mutex sync.Mutex
	left := call
	g.ctx, g.gate = ctx, func(*http.Request) {
		mutex.Lock()
		left--
		held := left == -1
		mutex.Unlock()
		if held {
			close(entered)
			<-release
		}
	}
	ended := make(chan error, 1)
	go func() {
		_, err := a.do(g)
		ended <- err
	}()
	var err error
	select {
	case <-entered:
		cancel()
		err = <-ended
		must(t, err != nil, "it was cancelled in call %d and knows no error", call)
	case err = <-ended:
		must(t, err != nil, "the call %d is not made", call)
	}
	cancel()
	close(release)
	g.ctx, g.gate = workContext, nil
}
