package practice_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// answering is a Tradepost that has nothing to be done for who knows its password.
func answering(t *testing.T, password string) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		name := strings.Trim(r.Header.Get("SoapAction"), `"`)
		name = name[strings.LastIndex(name, "/")+1:]
		result := ""
		if name == "authenticate" {
			word := "nvu"
			if strings.Contains(string(body), "<strPassword>"+password+"</strPassword>") {
				word = "none"
			}
			result = "<string>ticket</string><string>" + word + "</string>"
		}
		_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><%[1]sResponse xmlns="http://developer.intuit.com/"><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse></soap:Body></soap:Envelope>`,
			name, result)
	}))
	t.Cleanup(server.Close)
	return server
}

// TestTheOfficeOpensAFile has the company's Web Connector take a .qwc file from the panel: it calls where that says, remembers it over a restart, and refuses
// what is no such file.
func TestTheOfficeOpensAFile(t *testing.T) {
	tradepost := answering(t, "open sesame")
	file := `<?xml version="1.0"?><QBWCXML><AppURL>` + strings.Replace(tradepost.URL, "127.0.0.1", "localhost", 1) + `/qwc/1</AppURL><UserName>tradepost</UserName></QBWCXML>`
	company, site, c := running(t)
	press := func(content, password string) (int, string) {
		t.Helper()
		body, err := json.Marshal(map[string]string{"content": content, "password": password})
		if err != nil {
			t.Fatal(err)
		}
		return call(t, http.MethodPost, site.Panel+"api/office/open", string(body))
	}
	if status, _ := call(t, http.MethodPost, site.Panel+"api/office/update", "{}"); status != http.StatusConflict {
		t.Errorf("without a file it calls: %d", status)
	}
	for name, one := range map[string]struct{ content, password string }{
		"no file": {"hello", "open sesame"}, "no password": {file, ""}, "another computer": {strings.Replace(file, "localhost", "books.example", 1), "open sesame"},
	} {
		if status, said := press(one.content, one.password); status != http.StatusUnprocessableEntity || company.State().Office.URL != "" {
			t.Errorf("%s: %d %s", name, status, said)
		}
	}
	if _, said := press(file, "guessed"); !strings.Contains(said, "does not know this password") {
		t.Errorf("a wrong password: %s", said)
	}
	if _, said := press(file, "open sesame"); !strings.Contains(said, "Nothing is to be done") {
		t.Errorf("the right one: %s", said)
	}
	if at := company.State().Office; at.URL == "" || at.CalledAt == nil || !at.CalledAt.Equal(c.Now()) {
		t.Errorf("it stands at %+v", at)
	}
	folder := company.State().Folder
	if err := company.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, folder, c)
	defer func() { _ = again.Close() }()
	if at := again.State().Office; at.URL == "" {
		t.Errorf("after a restart it stands at %+v", at)
	}
}
