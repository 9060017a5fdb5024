package channeltest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/channel/simulated"
)

func specimenSuite(wrong string) Suite {
	body := []byte(`{"Stream":"orders","IDs":["107"]}`)
	sum := hmac.New(sha256.New, []byte("hook-secret-1"))
	sum.Write(body)
	return Suite{
		Connector: specimen{wrong},
		Vendor:    func(clock func() time.Time) simulated.Vendor { return newShop(clock) },
		HTTPS:     true,
		Golden:    "testdata/specimen.json",
		Hooks: []Hook{{
			Name: "an order was paid", Header: http.Header{"X-Sign": {hex.EncodeToString(sum.Sum(nil))}, "X-Delivery": {"d-1"}}, Body: body, Secret: "hook-secret-1",
			Want: channel.Hook{ID: "d-1", Stream: channel.Orders, IDs: []string{"107"}},
		}},
	}
}

func TestSpecimenIsAccepted(t *testing.T) { Run(t, specimenSuite("")) }

func TestSpecimenWithSessionsIsAccepted(t *testing.T) {
	s := specimenSuite("")
	s.Connector = lapsing{}
	Run(t, s)
}

func keyedSuite(wrong string) Suite {
	s := specimenSuite("")
	s.Connector, s.Hooks, s.Golden = keyed{wrong}, nil, "testdata/keyed.json"
	return s
}

func TestSpecimenWithKeysIsAccepted(t *testing.T) { Run(t, keyedSuite("")) }

func TestMutantsWithKeysAreRefused(t *testing.T) {
	for wrong, part := range map[string]string{"makes a key of the time": "a write whose answer is lost", "loses what is awaited": "a write is one effect"} {
		r := &recorder{only: part}
		run(r, keyedSuite(wrong))
		r.mustFail(t, part)
	}
}

func TestMutantsWithSessionsAreRefused(t *testing.T) {
	s := specimenSuite("")
	s.Connector = lapsing{specimen{"keeps its sign-in under a name of its own"}}
	r := &recorder{only: "fifty who need a sign-in"}
	run(r, s)
	r.mustFail(t, r.only)
}

func TestProofHistories(t *testing.T) { Proof(t, specimenSuite("")) }

// TestMutantsAreRefused shows that each part of the kit can fail: for every mutant of the specimen, the part that is about it.
func TestMutantsAreRefused(t *testing.T) {
	calmRapid(t)
	for wrong, parts := range map[string][]string{
		"claims what it cannot do":                    {"the manifest claims", "the manifest is the golden"},
		"keeps quiet about what it does":              {"the manifest claims"},
		"counts against no bucket":                    {"every call counts"},
		"writes and does not say so":                  {"a write is one effect"},
		"logs a secret":                               {"a check names the account"},
		"tells a secret in an error":                  {"a check of a broken", "a fault of any kind while reading"},
		"takes every failure for passing":             {"a check of a broken", "a fault of any kind while reading"},
		"runs ahead of its page":                      {"pages of any size", "the engine takes in"},
		"starts after its lower bound":                {"a pull since an instant"},
		"bounds by our clock":                         {"a clock of ours"},
		"skips equal instants":                        {"five hundred"},
		"has no overlap":                              {"what the vendor lists late"},
		"overlaps the end of the run":                 {"what the vendor lists late"},
		"reads everything again":                      {"a full pull gives"},
		"pages by offset":                             {"what is placed, changed and removed"},
		"takes local time for UTC":                    {"orders keep their instant"},
		"writes again without looking":                {"a write whose answer is lost"},
		"never finds":                                 {"a write whose answer is lost", "a write is one effect"},
		"says not done of what is gone":               {"a write is one effect"},
		"does not compare":                            {"a write upon a value"},
		"takes refusals for done":                     {"a write to what is not there"},
		"refuses fields it does not know":             {"fields and words"},
		"panics on what it does not know":             {"no damage"},
		"names a record by a person":                  {"personal values"},
		"believes every hook":                         {"a hook is believed"},
		"does not hear of an end":                     {"what is cancelled"},
		"takes a write for a read":                    {"a fault of any kind while writing"},
		"takes silence for consent":                   {"a fault of any kind while writing", "a write whose answer is lost"},
		"forgets how long to wait":                    {"a fault of any kind while reading"},
		"takes a page for people for an empty answer": {"a fault of any kind while reading", "a check of a broken"},
		"keeps its place in memory":                   {"a pull goes on after any page"},
		"says nothing of what is gone":                {"items are found by their ids", "the engine takes in"},
		"looks for new ids only":                      {"an update of an old item"},
	} {
		t.Run(wrong, func(t *testing.T) {
			for _, part := range parts {
				r := &recorder{only: part}
				run(r, specimenSuite(wrong))
				if r.tried == 0 {
					t.Fatalf("no part is called %q", part)
				}
				r.mustFail(t, part)
			}
		})
	}
}

// TestMutantsLoseInHistories shows that random histories alone find what loses an item.
func TestMutantsLoseInHistories(t *testing.T) {
	calmRapid(t)
	for wrong, which := range map[string]string{
		"runs ahead of its page": "orders, changes", "bounds by our clock": "orders, changes",
		"skips equal instants": "orders, changes", "has no overlap": "orders, changes", "pages by offset": "orders, full",
	} {
		t.Run(wrong, func(t *testing.T) {
			r := &recorder{}
			newKit(specimenSuite(wrong)).histories(r, func(name string, n func(int) bool) { _ = name != which || n(2000) })
			r.mustFail(t, "random histories")
		})
	}
}

// mustFail fails where a part passed that should not.
func (r *recorder) mustFail(t *testing.T, part string) {
	t.Helper()
	if !r.Failed() {
		t.Errorf("%q passes", part)
		return
	}
	r.said = slices.DeleteFunc(r.said, func(s string) bool { return strings.HasPrefix(s, "not tried") })
	t.Logf("%s: %.500s", part, strings.Join(r.said, "\n"))
}

// calmRapid lets rapid neither shrink nor keep what fails: it is meant to fail.
func calmRapid(t *testing.T) {
	for name, value := range map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "0s"} {
		was := flag.Lookup(name).Value.String()
		_ = flag.Set(name, value)
		t.Cleanup(func() { _ = flag.Set(name, was) })
	}
}

// recorder is a test that may fail.
type recorder struct {
	only   string // the beginning of the names of the parts to run; only at the top
	tried  int
	mutex  sync.Mutex
	failed bool
	said   []string
	ends   []func()
}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return "recorder" }

func (r *recorder) say(text string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.said = append(r.said, text)
}

func (r *recorder) Log(args ...any)            { r.say(fmt.Sprint(args...)) }
func (r *recorder) Logf(f string, args ...any) { r.say(fmt.Sprintf(f, args...)) }
func (r *recorder) Skip(args ...any)           { r.say(fmt.Sprint(args...)) }
func (r *recorder) Skipf(string, ...any)       {}
func (r *recorder) SkipNow()                   {}
func (r *recorder) Cleanup(f func())           { r.ends = append(r.ends, f) }

func (r *recorder) Fail() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.failed = true
}

func (r *recorder) FailNow() {
	r.Fail()
	runtime.Goexit()
}

func (r *recorder) Failed() bool {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.failed
}

func (r *recorder) Error(args ...any)            { r.Log(args...); r.Fail() }
func (r *recorder) Errorf(f string, args ...any) { r.Logf(f, args...); r.Fail() }
func (r *recorder) Fatal(args ...any)            { r.Log(args...); r.FailNow() }
func (r *recorder) Fatalf(f string, args ...any) { r.Logf(f, args...); r.FailNow() }

// Run runs a part in a goroutine of its own, as the testing package does.
func (r *recorder) Run(name string, part func(T)) bool {
	if r.only != "" && !strings.HasPrefix(name, r.only) && (!strings.HasPrefix(r.only, "every call") || !strings.HasPrefix(name, "a check names")) {
		return true
	}
	r.tried++
	inner := &recorder{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			for _, end := range slices.Backward(inner.ends) {
				end()
			}
		}()
		part(inner)
	}()
	<-ended
	r.said = append(r.said, inner.said...)
	if inner.Failed() {
		r.Fail()
	}
	return !inner.Failed()
}
