package edifact

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tradepost/backend/edi"
	"tradepost/backend/edi/check"
)

// benchFile is what the benchmarks read: 10 MB, or as many messages as TRADEPOST_EDI_MESSAGES says (72500 are 100 MB).
func benchFile(b *testing.B) []byte {
	messages := 7250
	if n, err := strconv.Atoi(os.Getenv("TRADEPOST_EDI_MESSAGES")); err == nil {
		messages = n
	}
	var file bytes.Buffer
	if err := Generate(&file, messages); err != nil {
		b.Fatal(err)
	}
	return file.Bytes()
}

// reportCPU reports bytes by seconds of the processor: on a machine that others use too, the clock says little.
func reportCPU(b *testing.B, size int) func() {
	before := cpuTime()
	return func() {
		b.ReportMetric(float64(size)*float64(b.N)/1e6/(cpuTime()-before).Seconds(), "MB/cpu-s")
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkByteLoop is the yardstick: one pass over all bytes that counts segments, elements and components.
func BenchmarkByteLoop(b *testing.B) {
	file := benchFile(b)
	window := make([]byte, windowSize)
	b.SetBytes(int64(len(file)))
	defer reportCPU(b, len(file))()
	for b.Loop() {
		source := bytes.NewReader(file)
		counts := [3]int{}
		released := false
		for {
			n, err := source.Read(window)
			if err != nil {
				break
			}
			for _, c := range window[:n] {
				switch {
				case released:
					released = false
				case c == '?':
					released = true
				case c == '\'':
					counts[0]++
				case c == '+':
					counts[1]++
				case c == ':':
					counts[2]++
				}
			}
		}
		if counts[0] == 0 {
			b.Fatal("nothing counted")
		}
	}
}

// BenchmarkScan cuts a file into segments and visits the bounds of each value.
func BenchmarkScan(b *testing.B) {
	file := benchFile(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	defer reportCPU(b, len(file))()
	for b.Loop() {
		s := NewScanner(bytes.NewReader(file))
		values := 0
		for {
			g, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			for _, m := range g.Marks {
				values += m.At()
			}
		}
		if values == 0 {
			b.Fatal("nothing read")
		}
	}
}

// counter follows a file and counts.
type counter struct{ messages, segments, problems int }

func (c *counter) Interchange(*Interchange)                {}
func (c *counter) Group(*Group)                            {}
func (c *counter) Message(*Message)                        { c.messages++ }
func (c *counter) Segment(m *Message, _ *Segment, _ check.Match) {
	if m != nil {
		c.segments++
	}
}
func (c *counter) MessageEnd(*Message, int)                {}
func (c *counter) GroupEnd(*Group)                         {}
func (c *counter) InterchangeEnd(*Interchange)             {}
func (c *counter) Problem(edi.Problem)                     { c.problems++ }

// BenchmarkCheck holds a file against its definitions, with the place of whatever is wrong.
func BenchmarkCheck(b *testing.B) {
	file := benchFile(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	defer reportCPU(b, len(file))()
	for b.Loop() {
		var c counter
		if err := Check(bytes.NewReader(file), Options{}, &c); err != nil {
			b.Fatal(err)
		}
		if c.problems > 0 || c.segments != 63*c.messages {
			b.Fatalf("%+v", c)
		}
	}
}
