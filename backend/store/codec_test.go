package store

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What was written with codec 1 must be read for ever: the dictionary never changes, and the bytes that lie in
// testdata/codec are read as what they were made of.
func TestCodecOneIsReadForEver(t *testing.T) {
	const dictionaryOne = "f6bedbd57adadb6ed3800f15caa14c4290d848cfdae29bb83c205ca9695ebf85"
	sum := sha256.Sum256(dictionary)
	if is := hex.EncodeToString(sum[:]); is != dictionaryOne {
		t.Errorf("the dictionary of codec 1 is %s: payloads written before cannot be read with it; add a codec 2", is)
	}
	s := opened(t, t.TempDir(), Options{})
	for _, name := range []string{"empty", "payload", "unicode", "long"} {
		path := filepath.Join("testdata", "codec", name)
		plain, err := os.ReadFile(path + ".txt")
		must(t, err)
		if os.Getenv("TRADEPOST_KEEP_CODEC") != "" {
			must(t, os.WriteFile(path+".1", s.pack(plain), 0o644))
		}
		packed, err := os.ReadFile(path + ".1")
		must(t, err)
		read, err := s.unpack(1, packed)
		if err != nil || string(read) != string(plain) {
			t.Errorf("%s is read as %.40q, %v", name, read, err)
		}
		if _, err := s.unpack(2, packed); err == nil {
			t.Errorf("%s was read with a codec that does not exist", name)
		}
	}
	if _, err := s.unpack(1, []byte("no zstd")); err == nil {
		t.Error("garbage was read")
	}
}

func TestCodecRoundTrip(t *testing.T) {
	s := opened(t, t.TempDir(), Options{})
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "plain")
		read, err := s.unpack(codecZstd1, s.pack(plain))
		if err != nil || string(read) != string(plain) {
			t.Fatalf("%d bytes came back as %d, %v", len(plain), len(read), err)
		}
	})
	typical := shopifyText(1, 1)
	if packed := s.pack([]byte(typical)); len(packed)*2 > len(typical) {
		t.Errorf("a record of %d bytes takes %d", len(typical), len(packed))
	}
	if packed := s.pack([]byte(strings.Repeat("a", 1<<20))); len(packed) > 1000 {
		t.Errorf("a megabyte of one letter takes %d bytes", len(packed))
	}
}
