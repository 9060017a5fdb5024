package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradepost/backend/cli"
	"tradepost/backend/fault"
	"tradepost/backend/workspace"
)

// fourRows is three orders in four records.
const fourRows = `Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Shipping Name,Shipping Address1,Shipping City,Shipping Zip,Shipping Country,Id
#1001,ada@example.com,paid,unfulfilled,USD,66.00,5.00,5.61,76.61,2026-03-12 09:14:01 +0000,1,Mug blue,18.00,00123,Ada Sample,1 Test St,Cambridge,'02139,US,9001
#1001,ada@example.com,,,,,,,,2026-03-12 09:14:01 +0000,2,Bowl,24.00,BOWL-2,,,,,,
#1002,,pending,unfulfilled,USD,10.00,0.00,0.00,10.00,2026-03-12 10:00:00 +0000,1,Card,10.00,,Søren Ünïcode,1 Test St,Cambridge,'02139,US,9002
#1003,bob@example.com,paid,fulfilled,USD,10.00,0.00,0.00,10.00,2026-03-12 10:00:00 +0000,1,Card,10.00,CARD,Bob,1 Test St,Cambridge,'02139,US,9003
`

// answer is what a command gave.
type answer struct {
	exit     int
	out, err string
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ran runs the program in this process, as one more Tradepost.
func ran(dir string, args ...string) answer {
	var out, errOut bytes.Buffer
	exit := run(append([]string{"--data", dir}, args...), &out, &errOut)
	return answer{exit, out.String(), errOut.String()}
}

// served is a `tradepost serve` in this process.
type served struct {
	base, address, token string
}

func startServing(t *testing.T, dir string, options cli.ServeOptions) *served {
	t.Helper()
	if options.Listen == "" {
		options.Listen = "127.0.0.1:0"
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan *served, 1), make(chan error, 1)
	go func() {
		ended <- serve(ctx, dir, options, func(address, token string) {
			u, _ := url.Parse(address)
			ready <- &served{"http://" + u.Host, address, token}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve ended with %v", err)
		}
	})
	select {
	case s := <-ready:
		return s
	case err := <-ended:
		ended <- nil
		t.Fatalf("serve: %v", err)
		return nil
	}
}

// request is one request; what is blank is left out.
type request struct {
	method, path, body, host string
	headers                  map[string]string
	anonymous                bool
}

type response struct {
	status int
	header http.Header
	body   string
}

func (s *served) ask(t *testing.T, r request) response {
	t.Helper()
	if r.method == "" {
		r.method = http.MethodGet
	}
	req, err := http.NewRequest(r.method, s.base+r.path, strings.NewReader(r.body))
	must(t, err)
	if !r.anonymous {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	if r.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.host != "" {
		req.Host = r.host
	}
	for name, value := range r.headers {
		req.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(req)
	must(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	return response{answer.StatusCode, answer.Header, string(body)}
}

// problem checks that an answer is a problem as RFC 9457 and our own rules have it, and returns its code.
func (r response) problem(t *testing.T, status int) string {
	t.Helper()
	if r.status != status || r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("answered %d as %s, not %d: %s", r.status, r.header.Get("Content-Type"), status, r.body)
	}
	var p map[string]any
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		t.Errorf("%v: %s", err, r.body)
		return ""
	}
	for _, name := range []string{"type", "title", "detail", "code", "remedy"} {
		if text, ok := p[name].(string); !ok || text == "" {
			t.Errorf("a problem without %s: %s", name, r.body)
		}
	}
	if _, there := p["field"]; !there || p["status"] != float64(status) {
		t.Errorf("status and field of a problem: %s", r.body)
	}
	code, _ := p["code"].(string)
	return code
}

func TestServeWantsItsToken(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	if len(s.token) < 20 {
		t.Errorf("the token is %q", s.token)
	}
	for name, headers := range map[string]map[string]string{
		"none":         {},
		"wrong":        {"Authorization": "Bearer wrong"},
		"shortened":    {"Authorization": "Bearer " + s.token[:len(s.token)-1]},
		"basic":        {"Authorization": "Basic " + s.token},
		"wrong cookie": {"Cookie": "tradepost=" + s.token},
	} {
		if code := s.ask(t, request{path: "/api/v1/about", anonymous: true, headers: headers}).problem(t, 401); code != "auth" {
			t.Errorf("%s: code %s", name, code)
		}
		if r := s.ask(t, request{path: "/", anonymous: true, headers: headers}); r.status != 401 || strings.Contains(r.body, "<script") {
			t.Errorf("%s: the page answered %d", name, r.status)
		}
	}
	if r := s.ask(t, request{path: "/api/v1/about?token=" + s.token, anonymous: true}); r.status != 401 {
		t.Errorf("the API took its token from the address: %d", r.status)
	}
	if r := s.ask(t, request{path: "/api/v1/about"}); r.status != 200 {
		t.Errorf("with the token: %d %s", r.status, r.body)
	}
}

func TestServeSignsInByAddress(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	first := s.ask(t, request{path: strings.TrimPrefix(s.address, s.base), anonymous: true})
	cookie := first.header.Get("Set-Cookie")
	if first.status != http.StatusSeeOther || first.header.Get("Location") != "/" {
		t.Errorf("signing in answers %d to %q", first.status, first.header.Get("Location"))
	}
	for _, part := range []string{"HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie is %q without %s", cookie, part)
		}
	}
	jar, err := cookiejar.New(nil)
	must(t, err)
	page, err := (&http.Client{Jar: jar}).Get(s.address)
	must(t, err)
	defer func() { _ = page.Body.Close() }()
	if page.StatusCode != http.StatusOK || strings.Contains(page.Request.URL.String(), "token") {
		t.Errorf("the page is %d at %s", page.StatusCode, page.Request.URL)
	}
	about, err := (&http.Client{Jar: jar}).Get(s.base + "/api/v1/about")
	must(t, err)
	defer func() { _ = about.Body.Close() }()
	if about.StatusCode != http.StatusOK {
		t.Errorf("with the cookie the API answers %d", about.StatusCode)
	}
	if r := s.ask(t, request{path: "/?token=wrong", anonymous: true}); r.status != 401 || r.header.Get("Set-Cookie") != "" {
		t.Errorf("a wrong token signs in: %d %s", r.status, r.header.Get("Set-Cookie"))
	}
}

// A page elsewhere cannot reach us: not by a name that resolves here, not from another origin, and nothing allows it to.
func TestServeAnswersOnlyItsOwnAddress(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	_, port, _ := strings.Cut(strings.TrimPrefix(s.base, "http://"), ":")
	for host, status := range map[string]int{"127.0.0.1:" + port: 200, "localhost:" + port: 200, "127.0.0.1": 403, "localhost": 403, "localhost:1": 403, "127.0.0.1:1": 403,
		"evil.example": 403, "evil.example:" + port: 403, "localhost.evil.example:" + port: 403, "127.0.0.1:" + port + ".evil.example": 403, "[::1]:" + port: 403} {
		if r := s.ask(t, request{path: "/api/v1/about", host: host}); r.status != status {
			t.Errorf("host %s: %d", host, r.status)
		}
	}
	for origin, status := range map[string]int{s.base: 200, "http://localhost:" + port: 200, "http://evil.example": 403, "https://127.0.0.1:" + port: 403,
		"null": 403, "http://127.0.0.1:1": 403, "http://127.0.0.1:" + port + ".evil.example": 403} {
		r := s.ask(t, request{path: "/api/v1/about", headers: map[string]string{"Origin": origin}})
		if r.status != status {
			t.Errorf("origin %s: %d", origin, r.status)
		}
		for name := range r.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("origin %s: %s is sent", origin, name)
			}
		}
	}
	r := s.ask(t, request{method: http.MethodOptions, path: "/api/v1/channels", headers: map[string]string{"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}})
	if r.status == 200 || r.status == 204 || r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a foreign preflight is answered %d", r.status)
	}
	for _, listen := range []string{"0.0.0.0:0", "192.0.2.1:0", ":0", "example.com:80", "nothing"} {
		if _, err := listenLoopback(listen); !fault.Is(err, fault.Invalid) {
			t.Errorf("listening on %s: %v", listen, err)
		}
	}
}

func TestServePagesAreFenced(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	r := s.ask(t, request{path: "/"})
	for name, part := range map[string]string{"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
		if !strings.Contains(r.header.Get(name), part) {
			t.Errorf("%s is %q", name, r.header.Get(name))
		}
	}
}

// A token that may only read is refused every write in words, however it asks, also through another owner.
func TestReadOnlyToken(t *testing.T) {
	dir := t.TempDir()
	owner := startServing(t, dir, cli.ServeOptions{})
	for name, s := range map[string]*served{
		"owner":   startServing(t, t.TempDir(), cli.ServeOptions{ReadOnly: true}),
		"through": startServing(t, dir, cli.ServeOptions{ReadOnly: true}),
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []request{
				{method: "POST", path: "/api/v1/channels", body: `{"name":"Etsy"}`},
				{method: "POST", path: "/api/v1/files?name=a.csv", body: fourRows},
				{method: "POST", path: "/api/v1/imports", body: `{"file":"1"}`},
				{method: "PATCH", path: "/api/v1/settings", body: `{"company":"Mine"}`},
				{method: "POST", path: "/api/v1/backups", body: `{}`},
				{method: "POST", path: "/api/v1/files/path", body: `{"path":"/etc/passwd"}`},
				{method: "POST", path: "/api/v1/channels", body: `{"name":"Etsy"}`, headers: map[string]string{"X-Tradepost-Scopes": "channels:write"}},
			} {
				if code := s.ask(t, r).problem(t, 403); code != "permission" {
					t.Errorf("%s %s: %s", r.method, r.path, code)
				}
			}
			if r := s.ask(t, request{path: "/api/v1/channels"}); r.status != 200 || strings.Contains(r.body, "Etsy") {
				t.Errorf("reading: %d %s", r.status, r.body)
			}
		})
	}
	if code := owner.ask(t, request{method: "POST", path: "/api/v1/files/path", body: `{"path":"/etc/passwd"}`}).problem(t, 403); code != "permission" {
		t.Errorf("reading any file of this computer by path: %s", code)
	}
	if r := owner.ask(t, request{method: "POST", path: "/api/v1/channels", body: `{"name":"Etsy"}`}); r.status != 201 {
		t.Errorf("writing with the owner's token: %d %s", r.status, r.body)
	}
}

func TestIdempotencyKey(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	keyed := func(key, body string) response {
		return s.ask(t, request{method: "POST", path: "/api/v1/channels", body: body, headers: map[string]string{"Idempotency-Key": key}})
	}
	first, again := keyed("one", `{"name":"Etsy"}`), keyed("one", `{"name":"Etsy"}`)
	if first.status != 201 || again.status != 201 || again.body != first.body || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("first %d %s\nagain %d %s", first.status, first.body, again.status, again.body)
	}
	if code := keyed("one", `{"name":"Other"}`).problem(t, 422); code != "invalid" {
		t.Errorf("another request under the key: %s", code)
	}
	refused := keyed("two", `{"name":"Etsy"}`)
	if code := refused.problem(t, 409); code != "conflict" {
		t.Errorf("without the key's memory it would have been done twice: %s", code)
	}
	var all struct{ Channels []struct{ Name string } }
	must(t, json.Unmarshal([]byte(s.ask(t, request{path: "/api/v1/channels"}).body), &all))
	if len(all.Channels) != 1 {
		t.Errorf("channels %+v", all.Channels)
	}
	if code := keyed(strings.Repeat("k", 201), `{"name":"Long"}`).problem(t, 422); code != "invalid" {
		t.Errorf("a key that is too long: %s", code)
	}
	// An import under one key, sent twice, is one import.
	file := s.ask(t, request{method: "POST", path: "/api/v1/files?name=orders.csv", body: fourRows})
	if file.status != 201 {
		t.Fatalf("%d %s", file.status, file.body)
	}
	for range 2 {
		if r := s.ask(t, request{method: "POST", path: "/api/v1/imports?wait=true", body: `{"file":"1"}`, headers: map[string]string{"Idempotency-Key": "import"}}); r.status >= 300 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	var imports struct{ Imports []struct{ ID string } }
	must(t, json.Unmarshal([]byte(s.ask(t, request{path: "/api/v1/imports"}).body), &imports))
	if len(imports.Imports) != 1 {
		t.Errorf("%d imports under one key", len(imports.Imports))
	}
}

func TestIfMatch(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	var c struct{ ID, ETag, Name string }
	must(t, json.Unmarshal([]byte(s.ask(t, request{method: "POST", path: "/api/v1/channels", body: `{"name":"Etsy"}`}).body), &c))
	change := func(name, etag string) response {
		return s.ask(t, request{method: "PATCH", path: "/api/v1/channels/" + c.ID, body: `{"name":"` + name + `"}`, headers: map[string]string{"If-Match": etag}})
	}
	seen := c.ETag
	if r := change("Mine", `"`+seen+`"`); r.status != 200 {
		t.Fatalf("with the etag as seen: %d %s", r.status, r.body)
	}
	if code := change("Yours", seen).problem(t, 412); code != "conflict" {
		t.Errorf("with an old etag: %s", code)
	}
	var all struct {
		Channels []struct{ ID, ETag, Name string }
	}
	must(t, json.Unmarshal([]byte(s.ask(t, request{path: "/api/v1/channels"}).body), &all))
	if len(all.Channels) != 1 || all.Channels[0].Name != "Mine" || all.Channels[0].ETag == seen {
		t.Errorf("the channel is %+v", all.Channels)
	}
	if r := change("Yours", "garbage"); r.status != 422 {
		t.Errorf("with garbage: %d", r.status)
	}
	if r := change("Anyone's", "*"); r.status != 200 {
		t.Errorf("with *: %d %s", r.status, r.body)
	}
}

func TestProblems(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	for name, c := range map[string]struct {
		request
		status int
		code   string
	}{
		"no such order":       {request{path: "/api/v1/orders/77"}, 404, "not_found"},
		"no id":               {request{path: "/api/v1/orders/abc"}, 404, "not_found"},
		"no such path":        {request{path: "/api/v1/nowhere"}, 404, "not_found"},
		"no such status":      {request{path: "/api/v1/orders?status=nice"}, 422, "invalid"},
		"no such channel":     {request{path: "/api/v1/orders?channel=Nowhere"}, 404, "not_found"},
		"page mark":           {request{path: "/api/v1/orders?after=zzz"}, 422, "invalid"},
		"limit":               {request{path: "/api/v1/orders?limit=0"}, 422, "invalid"},
		"limit that is large": {request{path: "/api/v1/orders?limit=100000"}, 422, "invalid"},
		"date":                {request{path: "/api/v1/orders?placed_from=soon"}, 422, "invalid"},
		"no JSON":             {request{method: "POST", path: "/api/v1/channels", body: `{"name":`}, 400, ""},
		"blank name":          {request{method: "POST", path: "/api/v1/channels", body: `{"name":""}`}, 422, "invalid"},
		"unknown member":      {request{method: "POST", path: "/api/v1/channels", body: `{"name":"A","colour":"red"}`}, 422, "invalid"},
		"zone":                {request{method: "POST", path: "/api/v1/channels", body: `{"name":"A","zone":"Mars/North"}`}, 422, "invalid"},
		"import of no file":   {request{method: "POST", path: "/api/v1/imports", body: `{"file":"99"}`}, 404, "not_found"},
	} {
		if code := s.ask(t, c.request).problem(t, c.status); c.code != "" && code != c.code {
			t.Errorf("%s: code %s", name, code)
		}
	}
}

func TestEventsReachTheBrowser(t *testing.T) {
	s := startServing(t, t.TempDir(), cli.ServeOptions{})
	req, err := http.NewRequest(http.MethodGet, s.base+"/api/v1/events", nil)
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+s.token)
	stream, err := http.DefaultClient.Do(req)
	must(t, err)
	defer func() { _ = stream.Body.Close() }()
	if kind := stream.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Fatalf("events are %s", kind)
	}
	lines := bufio.NewScanner(stream.Body)
	lines.Scan() // the stream is open: retry
	if r := s.ask(t, request{method: "POST", path: "/api/v1/channels", body: `{"name":"Etsy"}`}); r.status != 201 {
		t.Fatal(r.body)
	}
	for lines.Scan() {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is {
			continue
		}
		var event struct {
			Seq    int64
			Topics []string
		}
		must(t, json.Unmarshal([]byte(data), &event))
		if slices.Contains(event.Topics, "channels") {
			if event.Seq < 1 {
				t.Errorf("event %s", data)
			}
			return
		}
	}
	t.Fatalf("the stream ended before the event: %v", lines.Err())
}

// startProcess starts `tradepost serve` as another process and waits until it answers.
func startProcess(t *testing.T, dir string) (s *served, kill func()) {
	t.Helper()
	c := command(dir, "serve", "--json")
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	kill = func() { _ = c.Process.Kill(); _ = c.Wait() }
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	must(t, err)
	var said struct{ URL, Token string }
	must(t, json.Unmarshal(line, &said))
	u, err := url.Parse(said.URL)
	must(t, err)
	if u.Query().Get("token") != said.Token || u.Hostname() != "127.0.0.1" {
		t.Errorf("serve says %s", line)
	}
	return &served{"http://" + u.Host, said.URL, said.Token}, kill
}

// Commands work while another process has the workspace open, see what it sees, and go on by themselves once it was
// killed.
func TestCommandsBesideAnOwner(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "orders.csv")
	write(t, file, fourRows)
	owner, kill := startProcess(t, dir)
	if a := ran(dir, "import", file, "--json"); a.exit != 0 {
		t.Fatalf("import: %+v", a)
	}
	var list struct{ Orders []struct{ Number string } }
	must(t, json.Unmarshal([]byte(owner.ask(t, request{path: "/api/v1/orders"}).body), &list))
	if len(list.Orders) != 3 {
		t.Errorf("the owner has %+v", list.Orders)
	}
	if a := ran(dir, "restore", filepath.Join(dir, "nowhere.db"), "--json"); a.exit != 1 || !strings.Contains(a.err, "open") {
		t.Errorf("restoring under an owner: %+v", a)
	}
	beside := startServing(t, dir, cli.ServeOptions{})
	if r := beside.ask(t, request{path: "/api/v1/orders"}); r.status != 200 || !strings.Contains(r.body, "#1003") {
		t.Errorf("through the owner: %d %s", r.status, r.body)
	}
	kill()
	if code := beside.ask(t, request{path: "/api/v1/orders"}).problem(t, 503); code != "unavailable" {
		t.Errorf("its owner was killed: %s", code)
	}
	if a := ran(dir, "orders", "list", "--json"); a.exit != 0 || strings.Count(a.out, `"number"`) != 3 {
		t.Errorf("after the owner was killed: %+v", a)
	}
	if a := ran(dir, "doctor", "--json"); a.exit != 0 {
		t.Errorf("doctor: %+v", a)
	}
}

// A second start of the window brings the first to the front; where there is no window it says what to do.
func TestSecondStartRaisesTheWindow(t *testing.T) {
	for head, raises := range map[string]bool{"window": true, "serve": false} {
		t.Run(head, func(t *testing.T) {
			dir, err := openDir(t.TempDir())
			must(t, err)
			lock, _, err := workspace.Claim(context.Background(), dir)
			must(t, err)
			h := newHouse(dir, head)
			must(t, h.open(context.Background(), lock, duties{}))
			defer func() { must(t, h.Close()) }()
			_, client, err := workspace.Claim(context.Background(), dir)
			must(t, err)
			err = raiseOther(client)
			if raises {
				must(t, err)
				<-h.Raised()
				return
			}
			if coded := fault.Of(err); coded.Code != fault.Conflict || !strings.Contains(coded.Message, "served by another") || coded.Remedy == "" {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	must(t, os.WriteFile(file, nil, 0o600))
	if a := ran(file, "orders", "list", "--json"); a.exit == 0 || !strings.Contains(a.err, `"remedy"`) {
		t.Errorf("a file as workspace: %+v", a)
	}
	odd := filepath.Join(t.TempDir(), "?#% ü")
	orders := filepath.Join(t.TempDir(), "orders #1?.csv")
	write(t, orders, fourRows)
	if a := ran(odd, "import", orders, "--json"); a.exit != 0 || !strings.Contains(a.out, `"new":3`) {
		t.Errorf("an odd name: %+v", a)
	}
	if _, err := os.Stat(filepath.Join(odd, "tradepost.db")); err != nil {
		t.Error(err)
	}
}
