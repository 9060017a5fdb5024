package sim

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Break says where a conversation breaks off.
type Break string

// The breaks of a call.
const (
	BeforeCall  Break = "before"    // the call does not go out
	AfterCall   Break = "after"     // it went out, and its answer is not heard
	AfterWork   Break = "work"      // QuickBooks did what it was asked, and nobody says so
	QuickBooks  Break = "hresult"   // QuickBooks gives an error in place of an answer, after it did it
	WrongAnswer Break = "truncated" // the answer that is brought is cut off
)

// Breaks lists all breaks.
var Breaks = []Break{BeforeCall, AfterCall, AfterWork, QuickBooks, WrongAnswer}

// ErrBroken is a conversation that broke off where it was told to.
var ErrBroken = errors.New("the conversation broke off")

// WebConnector is Intuit's program as a client: it signs in, fetches requests until there are none, has them carried out, and closes.
type WebConnector struct {
	URL      string
	User     string
	Password string
	Company  *Company
	HTTP     *http.Client
	// Kept keeps the company file after each request, before anybody hears of it; nil keeps nothing.
	Kept func() error
	// At and How break the call of this number (from 1); 0 never.
	At  int
	How Break

	calls  int
	called []string
}

// Calls lists the operations that were called in the last conversation.
func (w *WebConnector) Calls() []string { return w.called }

// Update is one conversation, in the order that Intuit documents: serverVersion, clientVersion, authenticate, then sendRequestXML and
// receiveResponseXML until all is done, and closeConnection. It gives what the service says at the end.
func (w *WebConnector) Update(ctx context.Context) (words string, err error) {
	w.calls, w.called = 0, nil
	defer w.Company.endSession()
	if _, err := w.call(ctx, "serverVersion"); err != nil {
		return "", err
	}
	warning, err := w.call(ctx, "clientVersion", "strVersion", "2.3.0.215")
	if err != nil {
		return "", err
	}
	if len(warning) > 0 && strings.HasPrefix(warning[0], "E:") {
		return warning[0], nil
	}
	session, err := w.call(ctx, "authenticate", "strUserName", w.User, "strPassword", w.Password)
	if err != nil {
		return "", err
	}
	if len(session) < 2 {
		return "", fmt.Errorf("authenticate answered %q", session)
	}
	switch session[1] {
	case "nvu", "none", "busy":
		return session[1], nil
	}
	return w.talk(ctx, session[0])
}

// talk goes on until all is done.
func (w *WebConnector) talk(ctx context.Context, ticket string) (string, error) {
	hcp := w.Company.HCP()
	for {
		request, err := w.call(ctx, "sendRequestXML", "ticket", ticket, "strHCPResponse", hcp, "strCompanyFileName", `C:\company.qbw`, "qbXMLCountry", "US", "qbXMLMajorVers", "13",
			"qbXMLMinorVers", "0")
		hcp = ""
		if err != nil {
			return "", err
		}
		if len(request) == 0 || request[0] == "" {
			return w.end(ctx, ticket, true)
		}
		done, err := w.carryOut(ctx, ticket, request[0])
		if err != nil {
			return "", err
		}
		if done < 0 {
			return w.end(ctx, ticket, true)
		}
		if done >= 100 {
			return w.end(ctx, ticket, false)
		}
	}
}

// carryOut has QuickBooks do what was asked, and brings the answer.
func (w *WebConnector) carryOut(ctx context.Context, ticket, request string) (int, error) {
	response, trouble := w.Company.Process(request)
	if w.Kept != nil {
		if err := w.Kept(); err != nil {
			return 0, err
		}
	}
	result, message := "", ""
	breaking := w.At == w.calls+1
	switch {
	case trouble != nil:
		result, message = "0x80040400", "QuickBooks found an error when parsing the provided XML text stream."
	case breaking && w.How == AfterWork:
		return 0, ErrBroken
	case breaking && w.How == QuickBooks:
		response, result, message = "", "0x80040408", "Could not start QuickBooks."
	case breaking && w.How == WrongAnswer:
		response = response[:len(response)/2]
	}
	answer, err := w.call(ctx, "receiveResponseXML", "ticket", ticket, "response", response, "hresult", result, "message", message)
	if err != nil {
		return 0, err
	}
	if len(answer) == 0 {
		return 0, fmt.Errorf("receiveResponseXML answered nothing")
	}
	return strconv.Atoi(answer[0])
}

// end asks for the last error where there is one, and closes.
func (w *WebConnector) end(ctx context.Context, ticket string, failed bool) (string, error) {
	words := ""
	if failed {
		said, err := w.call(ctx, "getLastError", "ticket", ticket)
		if err != nil {
			return "", err
		}
		words = strings.Join(said, " ")
	}
	said, err := w.call(ctx, "closeConnection", "ticket", ticket)
	if words == "" {
		words = strings.Join(said, " ")
	}
	return words, err
}

// call makes one call of SOAP 1.1 and gives the texts of its result.
func (w *WebConnector) call(ctx context.Context, name string, args ...string) ([]string, error) {
	w.calls++
	w.called = append(w.called, name)
	breaking := w.At == w.calls
	if breaking && w.How == BeforeCall {
		return nil, ErrBroken
	}
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
		`xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body><` + name + ` xmlns="http://developer.intuit.com/">`)
	for pair := range slices.Chunk(args, 2) {
		fmt.Fprintf(&b, "<%s>%s</%s>", pair[0], esc(pair[1]), pair[0])
	}
	b.WriteString(`</` + name + `></soap:Body></soap:Envelope>`)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, &b)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "text/xml; charset=utf-8")
	r.Header.Set("SoapAction", `"http://developer.intuit.com/`+name+`"`)
	client := w.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if breaking && w.How == AfterCall {
		return nil, ErrBroken
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d: %s", name, answer.StatusCode, raw)
	}
	return result(raw, name)
}

func result(raw []byte, name string) ([]string, error) {
	var n node
	if err := xml.Unmarshal(raw, &n); err != nil {
		return nil, err
	}
	found := n.kid("Body").kid(name + "Response").kid(name + "Result")
	if found.XMLName.Local == "" {
		return nil, fmt.Errorf("%s: no result in %s", name, raw)
	}
	if len(found.Kids) == 0 {
		return []string{found.Text}, nil
	}
	var all []string
	for _, k := range found.Kids {
		all = append(all, k.Text)
	}
	return all, nil
}
