package transport_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tradepost/backend/fault"
	"tradepost/backend/transport"
	"tradepost/backend/transport/transporttest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func noise(n int) []byte {
	text := make([]byte, n)
	source := rand.New(rand.NewPCG(1, 2))
	for i := range text {
		text[i] = byte(source.Uint32())
	}
	return text
}

func wantFault(t *testing.T, err error, code fault.Code, words string) {
	t.Helper()
	if !fault.Is(err, code) || !strings.Contains(fault.Of(err).Message, words) {
		t.Errorf("got %v (%s), want %s with %q", err, fault.Of(err).Code, code, words)
	}
	if fault.Of(err).Remedy == "" {
		t.Errorf("no remedy for %v", err)
	}
}

func account(s *transporttest.SFTP) transport.SFTPAccount {
	return transport.SFTPAccount{Host: "127.0.0.1", Port: s.Port, User: "shop", Folder: "."}
}

func dialed(t *testing.T, s *transporttest.SFTP) *transport.SFTP {
	t.Helper()
	place, err := transport.DialSFTP(context.Background(), account(s), transport.Credentials{Password: "right"}, "")
	must(t, err)
	t.Cleanup(func() { _ = place.Close() })
	return place
}

// TestPlaces holds every Place to the same behaviour.
func TestPlaces(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) (transport.Place, string){
		"folder": func(t *testing.T) (transport.Place, string) {
			dir := t.TempDir()
			place, err := transport.OpenFolder(dir)
			must(t, err)
			return place, dir
		},
		"sftp": func(t *testing.T) (transport.Place, string) {
			s := transporttest.ServeSFTP(t)
			return dialed(t, s), s.Root
		},
	} {
		t.Run(name, func(t *testing.T) {
			place, dir := open(t)
			holdPlace(t, place, dir)
		})
	}
}

func holdPlace(t *testing.T, place transport.Place, dir string) {
	ctx, text := context.Background(), noise(300_000)
	must(t, place.Check(ctx, true))
	must(t, place.Put(ctx, "a.csv", bytes.NewReader(text), transport.Put{Mark: "m"}))
	items, err := place.List(ctx)
	must(t, err)
	if len(items) != 1 || items[0].Name != "a.csv" || items[0].Size != int64(len(text)) {
		t.Fatalf("listed %v: nothing but the file may be left", items)
	}
	if !bytes.Equal(read(t, place, "a.csv"), text) {
		t.Error("it came back different")
	}
	wantFault(t, place.Put(ctx, "a.csv", strings.NewReader("b"), transport.Put{Mark: "m"}), fault.Conflict, "a.csv")
	if !bytes.Equal(read(t, place, "a.csv"), text) {
		t.Error("a name that is taken was written over")
	}
	must(t, place.Put(ctx, "a.csv", strings.NewReader("new"), transport.Put{Mark: "m", Replace: true}))
	if string(read(t, place, "a.csv")) != "new" {
		t.Error("it was not replaced")
	}
	must(t, place.Move(ctx, "a.csv", "done/a.csv"))
	must(t, os.WriteFile(filepath.Join(dir, "a.csv"), []byte("again"), 0o600))
	wantFault(t, place.Move(ctx, "a.csv", "done/a.csv"), fault.Conflict, "a.csv")
	must(t, place.Remove(ctx, "done/a.csv"))
	_, err = place.Stat(ctx, "done/a.csv")
	wantFault(t, err, fault.NotFound, "")
	_, err = place.Open(ctx, "nothing.csv")
	wantFault(t, err, fault.NotFound, "nothing.csv")
	for _, name := range []string{"../x", "/etc/x", "", "a\nb", `..\x`, "."} {
		if name == "." {
			continue
		}
		if err := place.Put(ctx, name, strings.NewReader("x"), transport.Put{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	broken := io.MultiReader(strings.NewReader("half"), failing{})
	if err := place.Put(ctx, "half.csv", broken, transport.Put{Mark: "m"}); err == nil {
		t.Error("a source that breaks was taken for whole")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 { // a.csv and done
		t.Errorf("left lying: %v", entries)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("the source broke") }

func read(t *testing.T, place transport.Place, name string) []byte {
	t.Helper()
	file, err := place.Open(context.Background(), name)
	must(t, err)
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(file)
	must(t, err)
	return text
}

func TestSFTPSigningIn(t *testing.T) {
	ctx, s := context.Background(), transporttest.ServeSFTP(t)
	_, err := transport.DialSFTP(ctx, account(s), transport.Credentials{Password: "wrong-canary"}, "")
	wantFault(t, err, fault.Auth, "does not let shop in")
	if strings.Contains(err.Error(), "canary") {
		t.Error("the password is in the error")
	}
	_, err = transport.DialSFTP(ctx, account(s), transport.Credentials{}, "")
	wantFault(t, err, fault.Auth, "No password")
	_, err = transport.DialSFTP(ctx, account(s), transport.Credentials{PrivateKey: "canary no key"}, "")
	wantFault(t, err, fault.Invalid, "no private key")
	if strings.Contains(err.Error(), "canary") {
		t.Error("the key is in the error")
	}
	private, public := transporttest.Key(t)
	_, err = transport.DialSFTP(ctx, account(s), transport.Credentials{PrivateKey: private}, "")
	wantFault(t, err, fault.Auth, "does not let shop in")
	s.Allow(public)
	place, err := transport.DialSFTP(ctx, account(s), transport.Credentials{PrivateKey: private}, "")
	must(t, err)
	must(t, place.Close())
	elsewhere := account(s)
	elsewhere.Port = 1
	_, err = transport.DialSFTP(ctx, elsewhere, transport.Credentials{Password: "right"}, "")
	wantFault(t, err, fault.Unavailable, "could not be reached")
}

func TestSFTPHostKeyIsPinned(t *testing.T) {
	ctx, s := context.Background(), transporttest.ServeSFTP(t)
	pinned := dialed(t, s).HostKey()
	if !strings.HasPrefix(transport.Fingerprint(pinned), "SHA256:") {
		t.Fatalf("pinned %q", pinned)
	}
	place, err := transport.DialSFTP(ctx, account(s), transport.Credentials{Password: "right"}, pinned)
	must(t, err)
	must(t, place.Close())
	s.NewHostKey(t)
	_, err = transport.DialSFTP(ctx, account(s), transport.Credentials{Password: "right"}, pinned)
	wantFault(t, err, fault.Auth, "another key than before")
	if !strings.Contains(err.Error(), transport.Fingerprint(pinned)) {
		t.Errorf("the fingerprint is not named: %v", err)
	}
}

func TestSFTPLineBreaks(t *testing.T) {
	ctx, s, text := context.Background(), transporttest.ServeSFTP(t), noise(400_000)
	s.CutAfter.Store(100_000)
	err := dialed(t, s).Put(ctx, "orders.csv", bytes.NewReader(text), transport.Put{Mark: "m"})
	wantFault(t, err, fault.Unavailable, "broke")
	if _, err := os.Stat(filepath.Join(s.Root, "orders.csv")); !os.IsNotExist(err) {
		t.Error("a half is under the file's name")
	}
	half, err := transport.Half(ctx, dialed(t, s), "orders.csv", "m")
	if !half || err != nil {
		t.Errorf("the half is not found: %v", err)
	}
	place := dialed(t, s)
	must(t, place.Put(ctx, "orders.csv", bytes.NewReader(text), transport.Put{Mark: "m"})) // the same mark: over the half
	if entries, _ := os.ReadDir(s.Root); len(entries) != 1 {
		t.Errorf("left lying: %v", entries)
	}
	s.CutAfter.Store(100_000)
	file, err := place.Open(ctx, "orders.csv")
	must(t, err)
	got, err := io.ReadAll(file)
	wantFault(t, err, fault.Unavailable, "broke")
	if len(got) >= len(text) {
		t.Error("it came whole after all")
	}
}

func TestSFTPOutcomeOfRename(t *testing.T) {
	for _, moment := range []string{"before", "after"} {
		ctx, s := context.Background(), transporttest.ServeSFTP(t)
		place := dialed(t, s)
		s.CutAtRename.Store(moment)
		err := place.Put(ctx, "orders.csv", strings.NewReader("text"), transport.Put{Mark: "m"})
		wantFault(t, err, fault.Unknown, "broke while orders.csv")
	}
}

func TestSFTPFullAndForbidden(t *testing.T) {
	ctx, s := context.Background(), transporttest.ServeSFTP(t)
	place := dialed(t, s)
	s.Full.Store(true)
	wantFault(t, place.Put(ctx, "orders.csv", strings.NewReader("text"), transport.Put{Mark: "m"}), fault.Unavailable, "could not take")
	if entries, _ := os.ReadDir(s.Root); len(entries) != 0 {
		t.Errorf("left lying: %v", entries)
	}
	s.Full.Store(false)
	must(t, place.Put(ctx, "orders.csv", strings.NewReader("text"), transport.Put{Mark: "m"}))
	s.NoMove.Store(true)
	wantFault(t, place.Move(ctx, "orders.csv", "done/orders.csv"), fault.Permission, "does not allow")
	wantFault(t, place.Remove(ctx, "orders.csv"), fault.Permission, "does not allow")
}

func TestSFTPEndsWithItsContext(t *testing.T) {
	s := transporttest.ServeSFTP(t)
	ctx, cancel := context.WithCancel(context.Background())
	place, err := transport.DialSFTP(ctx, account(s), transport.Credentials{Password: "right"}, "")
	must(t, err)
	cancel()
	if _, err := place.List(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

func mailAccount(m *transporttest.Mail, security string) transport.MailAccount {
	return transport.MailAccount{Host: "localhost", Port: m.Port, Security: security, User: "shop", From: "shop@example.com",
		TLSConfig: &tls.Config{ServerName: "localhost", RootCAs: m.Roots, MinVersion: tls.VersionTLS12}}
}

func letter(t *testing.T, size int) transport.Letter {
	t.Helper()
	file := filepath.Join(t.TempDir(), "spool")
	must(t, os.WriteFile(file, noise(size), 0o600))
	return transport.Letter{To: []string{"books@example.com"}, Subject: "Orders für heute", Text: "Attached.\n", MessageID: "once@tradepost.invalid",
		Files: []transport.Attachment{{Name: "orders.csv", Path: file, Size: int64(size)}}}
}

func TestMailArrives(t *testing.T) {
	for _, security := range []string{transport.StartTLS, transport.TLS} {
		m := transporttest.ServeMail(t, security == transport.TLS, 0)
		must(t, transport.CheckMail(context.Background(), mailAccount(m, security), "right"))
		must(t, transport.SendMail(context.Background(), mailAccount(m, security), "right", letter(t, 5000)))
		letters := m.Letters()
		if len(letters) != 1 || !strings.Contains(letters[0], `filename="orders.csv"`) || !strings.Contains(letters[0], "<once@tradepost.invalid>") {
			t.Errorf("%s: %d letters: %.600s", security, len(letters), strings.Join(letters, "\n"))
		}
	}
}

func TestMailTroubles(t *testing.T) {
	ctx := context.Background()
	m := transporttest.ServeMail(t, false, 0)
	good := mailAccount(m, transport.StartTLS)
	wantFault(t, transport.SendMail(ctx, good, "wrong-canary", letter(t, 10)), fault.Auth, "does not take this user")
	if err := transport.SendMail(ctx, good, "wrong-canary", letter(t, 10)); strings.Contains(err.Error(), "canary") {
		t.Error("the password is in the error")
	}
	untrusted := good
	untrusted.TLSConfig = nil
	wantFault(t, transport.SendMail(ctx, untrusted, "right", letter(t, 10)), fault.Auth, "certificate")
	plainAway := good
	plainAway.Host, plainAway.Security = "mail.example.com", transport.Plain
	wantFault(t, transport.SendMail(ctx, plainAway, "right", letter(t, 10)), fault.Invalid, "anybody can read")
	m.RejectTo = "books@example.com"
	wantFault(t, transport.SendMail(ctx, good, "right", letter(t, 10)), fault.Invalid, "receiver")
	m.RejectTo, m.Later = "", true
	wantFault(t, transport.SendMail(ctx, good, "right", letter(t, 10)), fault.Unavailable, "451")
	m.Later = false
	tooLarge := letter(t, 10)
	tooLarge.Files[0].Size = transport.MaxAttachments + 1
	wantFault(t, transport.SendMail(ctx, good, "right", tooLarge), fault.Invalid, "too much for a mail")
	if len(m.Letters()) != 0 {
		t.Errorf("%d letters went out all the same", len(m.Letters()))
	}
	small := transporttest.ServeMail(t, false, 20_000)
	wantFault(t, transport.SendMail(ctx, mailAccount(small, transport.StartTLS), "right", letter(t, 30_000)), fault.Invalid, "takes mails of up to")
	away := good
	away.Port = 1
	wantFault(t, transport.SendMail(ctx, away, "right", letter(t, 10)), fault.Unavailable, "could not be reached")
	wantFault(t, transport.CheckAddresses("to", "nobody"), fault.Invalid, "no mail address")
}

// A server that takes the letter and says nothing: it may have gone out, and only that is unknown.
func TestMailOfUnknownOutcome(t *testing.T) {
	m := transporttest.ServeMail(t, false, 0)
	m.Silent = true
	err := transport.SendMail(context.Background(), mailAccount(m, transport.StartTLS), "right", letter(t, 1000))
	wantFault(t, err, fault.Unknown, "handed over")
	if len(m.Letters()) != 1 {
		t.Errorf("%d letters came", len(m.Letters()))
	}
}
