package archive_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/tabular/archive"
	"tradepost/backend/tabular/scratch"
)

// zipped packs files given as name=text.
func zipped(t testing.TB, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, file := range files {
		name, text, _ := strings.Cut(file, "=")
		part, err := w.Create(name)
		must(t, err)
		_, err = part.Write([]byte(text))
		must(t, err)
	}
	must(t, w.Close())
	return out.String()
}

func gzipped(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write([]byte(text))
	must(t, err)
	must(t, w.Close())
	return out.String()
}

// bzipped is "a,b\n1,2\n" packed by bzip2 1.0.8, as the standard library only reads it.
func bzipped(t testing.TB) string {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString("QlpoOTFBWSZTWb+HQH8AAANZAAAQAAQwADAAIAAwwAhpsogjJ4u5IpwoSF/DoD+A")
	must(t, err)
	return string(packed)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(ctx context.Context, name, packed string, limits archive.Limits) (found []string, was bool, err error) {
	held, err := scratch.Hold(ctx, strings.NewReader(packed))
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = held.Close() }()
	was, err = archive.Each(ctx, name, held, limits, func(name string, content io.Reader) error {
		text, err := io.ReadAll(content)
		if len(text) > 40 {
			text = text[:40]
		}
		found = append(found, name+"="+string(text))
		return err
	})
	return found, was, err
}

func TestEveryFileInside(t *testing.T) {
	book := zipped(t, "[Content_Types].xml=<x/>", "xl/workbook.xml=<x/>")
	tests := []struct {
		name, packed string
		want         []string
	}{
		{"orders.zip", zipped(t, "july.csv=a", "folder/inner/august.csv=b", "folder/=", "__MACOSX/._july.csv=x", ".DS_Store=x", "a/.hidden/b.csv=x", "Thumbs.db=x"),
			[]string{"orders.zip › july.csv=a", "orders.zip › august.csv=b"}},
		{"Orders.CSV.GZ", gzipped(t, "a,b"), []string{"Orders.CSV.GZ › Orders.CSV=a,b"}},
		{"two.gz", gzipped(t, "a,b\n") + gzipped(t, "1,2\n"), []string{"two.gz › two=a,b\n1,2\n"}},
		{"orders.csv.bz2", bzipped(t), []string{"orders.csv.bz2 › orders.csv=a,b\n1,2\n"}},
		{"outer.zip", zipped(t, "inner.zip="+zipped(t, "x.csv=x"), "y.txt.gz="+gzipped(t, "y")), []string{"outer.zip › inner.zip › x.csv=x", "outer.zip › y.txt.gz › y.txt=y"}},
		{"with a book.zip", zipped(t, "book.xlsx="+book), []string{"with a book.zip › book.xlsx=" + book[:40]}},
		{"odd names.zip", zipped(t, `win\dir\orders.csv=a`, "../../etc/passwd=b", "/abs.csv=c", "\x82t\x82.csv=d", "empty.csv="),
			[]string{"odd names.zip › orders.csv=a", "odd names.zip › passwd=b", "odd names.zip › abs.csv=c", "odd names.zip › été.csv=d", "odd names.zip › empty.csv="}},
		{"nothing.zip", zipped(t), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found, packed, err := each(context.Background(), tt.name, tt.packed, archive.Usual)
			if err != nil || !packed || !slices.Equal(found, tt.want) {
				t.Errorf("got %q %v %v, want %q", found, packed, err, tt.want)
			}
		})
	}
}

func TestWhatIsNoArchiveStaysWhole(t *testing.T) {
	for name, text := range map[string]string{"orders.csv": "a,b", "empty": "", "BZh.csv": "BZhname,b", "book.xlsx": zipped(t, "xl/workbook.xml=<x/>"), "sheet.ods": zipped(t, "mimetype=x", "content.xml=x"),
		"sheet.numbers": zipped(t, "Index/Document.iwa=x"), "cut.xlsx": zipped(t, "[Content_Types].xml=<x/>", "xl/workbook.xml=<x/>")[:60]} {
		found, packed, err := each(context.Background(), name, text, archive.Usual)
		if err != nil || packed || len(found) != 1 || found[0] != name+"="+text[:min(40, len(text))] {
			t.Errorf("%s: %q %v %v", name, found, packed, err)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	small := archive.Limits{Bytes: 8 << 20, Ratio: 100, RatioAt: 1 << 20, Files: 3, Depth: 2}
	zeros := strings.Repeat("0", 4<<20)
	noise := func(size int) string {
		out := make([]byte, size)
		x := uint32(1)
		for i := range out {
			x = x*1664525 + 1013904223
			out[i] = byte(x >> 24)
		}
		return string(out)
	}
	damaged := []byte(zipped(t, "a.csv="+noise(1000)))
	damaged[500] ^= 1
	locked := []byte(zipped(t, "a.csv=a"))
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	unknown := []byte(zipped(t, "a.csv=a"))
	unknown[bytes.Index(unknown, []byte("PK\x01\x02"))+10] = 99
	tests := []struct{ name, packed, want string }{
		{"a bomb", zipped(t, "a.csv="+zeros), "times its size"}, {"a bomb of gzip", gzipped(t, zeros), "times its size"},
		{"a bomb in an archive in an archive", zipped(t, "b.zip="+zipped(t, "c.csv.gz="+gzipped(t, zeros))), "times its size"},
		{"large together", zipped(t, "a.csv="+noise(4<<20), "b.csv="+noise(4<<20), "c.csv=x"), "larger than 8 MiB"},
		{"many", zipped(t, "a=1", "b=1", "c=1", "d=1"), "more than 3 files"},
		{"damaged", string(damaged), "damaged or cut off"}, {"cut off gzip", gzipped(t, noise(1000))[:500], "damaged or cut off"}, {"short gzip", "\x1F\x8B\x08\x00\x00", "damaged or cut off"},
		{"cut off early", gzipped(t, noise(1000))[:20], "damaged or cut off"}, {"password", string(locked), "password"}, {"packed otherwise", string(unknown), "not known here"},
		{"damaged bzip2", bzipped(t)[:20], "damaged or cut off"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := each(context.Background(), "x", tt.packed, small)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Message, tt.want) || fault.Of(err).Remedy == "" {
				t.Errorf("got %v, want words with %q", err, tt.want)
			}
		})
	}
}

// Archives inside of archives end somewhere; what lies deeper is handed out packed.
func TestArchivesInArchivesEnd(t *testing.T) {
	packed := "a,b"
	for i := range 6 {
		packed = zipped(t, fmt.Sprintf("%d.zip=%s", i, packed))
	}
	found, _, err := each(context.Background(), "x.zip", packed, archive.Usual)
	if err != nil || len(found) != 1 || strings.Count(found[0], archive.Joint) != 3 {
		t.Errorf("got %q %v", found, err)
	}
}

func TestUnpackingStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	held, err := scratch.Hold(ctx, strings.NewReader(zipped(t, "a.csv=a", "b.csv=b")))
	must(t, err)
	_, err = archive.Each(ctx, "x", held, archive.Usual, func(string, io.Reader) error { cancel(); return nil })
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
	if _, err := scratch.Hold(ctx, strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
