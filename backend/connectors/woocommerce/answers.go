package woocommerce

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// refusal is how WordPress words an error (https://developer.wordpress.org/rest-api/).
type refusal struct {
	Code    text `json:"code"`
	Message text `json:"message"`
	Data    object[struct {
		Status text `json:"status"`
		Params any  `json:"params"`
	}] `json:"data"`
}

// judge gives an answer only where it is whole data of the call that was made; its body is then the JSON alone.
func (c *client) judge(r request, answer channel.Answer) (channel.Answer, error) {
	if err := moved(c.base, answer); err != nil {
		return answer, err
	}
	if r.list && answer.Status == http.StatusOK && len(answer.Body) > 0 && answer.Body[0] == '[' {
		return answer, nil
	}
	body, ok := data(answer.Body)
	if answer.Status >= 200 && answer.Status < 300 {
		switch {
		case answer.Status == http.StatusPartialContent || !ok && startsAsData(answer.Body):
			return answer, cut(r)
		case !ok:
			return answer, webPage(r, answer)
		}
		if len(body) != len(bytes.TrimSpace(answer.Body)) {
			c.s.Log().Warn("the shop prints something before its data; a plug-in or theme there is broken", "path", r.path)
		}
		answer.Body = body
		return answer, nil
	}
	var words refusal
	if ok && len(body) > 0 && body[0] == '{' {
		_ = json.Unmarshal(body, &words) // then it said nothing
		if e := refused(r, answer.Status, words); e != nil {
			e.Cause = codeError(words.Code)
			return answer, e
		}
	}
	if !ok && (answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized || answer.Status == http.StatusNotAcceptable) {
		return answer, webPage(r, answer)
	}
	return answer, channel.Classify(answer, vendor, r.writes, c.s.Now())
}

// refused words what WordPress and WooCommerce refuse by their codes; nil leaves it to the status.
func refused(r request, status int, said refusal) *fault.Error {
	code := string(said.Code)
	switch {
	case status == http.StatusUnauthorized && code == badSignature && r.method != http.MethodGet:
		return fault.New(fault.Permission, "The key may only read.", "Make a key with Read/Write, and put it into the connection.")
	case status == http.StatusUnauthorized && strings.HasPrefix(code, "woocommerce_rest_"):
		return fault.New(fault.Auth, "The shop does not accept the consumer key and secret.",
			"Copy both again, or make a new key in WooCommerce > Settings > Advanced > REST API.")
	case status == http.StatusForbidden && strings.HasPrefix(code, "woocommerce_rest_cannot_"):
		return fault.New(fault.Permission, "The user of this key may not do this in the shop.",
			"Make a key for a user who is an administrator or shop manager.")
	case code == "rest_no_route" || code == "rest_disabled":
		return fault.New(fault.NotFound, "The shop does not have this part of the interface.", "Check that WooCommerce is active and up to date.")
	case strings.HasSuffix(code, "_invalid_id") || code == "woocommerce_rest_invalid_order_id":
		return fault.New(fault.NotFound, "The shop does not have this any more.", "It was deleted there.")
	case status == http.StatusBadRequest && code != "", code == "woocommerce_rest_cannot_create_order_refund":
		return fault.New(fault.Invalid, "The shop refuses this: "+plainWords(string(said.Message)), "Correct it, then try again.")
	}
	return nil
}

// plainWords is a vendor's text without markup, short enough for a sentence.
func plainWords(s string) string {
	s = strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(s, "")))
	if runes := []rune(s); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return s
}

var tags = regexp.MustCompile(`<[^<>]*>`)

// moved tells an answer that came from elsewhere than the shop's address: a change to https or www turns a POST into a GET, and
// signatures stop being right.
func moved(base *url.URL, answer channel.Answer) error {
	at, err := url.Parse(answer.URL)
	if answer.URL == "" || err != nil {
		return nil //nolint:nilerr // the session does not tell where the answer came from
	}
	if at.Scheme != base.Scheme || !strings.EqualFold(at.Host, base.Host) {
		return fault.New(fault.Invalid, "The shop answers at "+at.Scheme+"://"+at.Host+" instead of its address here.",
			"Correct the address of the connection.").InField("url")
	}
	return nil
}

// cut says that an answer did not arrive whole.
func cut(r request) *fault.Error {
	if r.writes {
		return fault.New(fault.Unknown, "The shop's answer was cut off.", "Tradepost looks up what became of it before it tries again.")
	}
	return fault.New(fault.Unavailable, "The shop's answer was cut off.", "Tradepost asks again by itself; nothing is lost.")
}

// pages are what stands between a shop and its data, by what its page says.
var pages = []struct{ mark, who string }{
	{"cf-chl", "Cloudflare"}, {"just a moment", "Cloudflare"}, {"wordfence", "The security plug-in Wordfence"}, {"sucuri", "The firewall Sucuri"},
	{"imunify", "The firewall Imunify360"}, {"mod_security", "The server's firewall"}, {"wp-login", "A page to log in"},
	{"log in", "A page to log in"}, {"coming soon", "A “coming soon” page"}, {"maintenance", "A maintenance page"},
}

// webPage words a page for people where data should be. It passes often (a challenge, maintenance), so it is tried again.
func webPage(r request, answer channel.Answer) *fault.Error {
	head := strings.ToLower(string(answer.Body[:min(len(answer.Body), 64<<10)])) + " " + strings.ToLower(answer.URL)
	message := "The shop's security plug-in answers with a web page instead of data."
	for _, p := range pages {
		if strings.Contains(head, p.mark) {
			message = p.who + " answers with a web page instead of the shop's data."
			break
		}
	}
	remedy := "Allow /wp-json/wc/ for this computer there. Tradepost tries again by itself; nothing is lost."
	if r.writes {
		return fault.New(fault.Unknown, message, "Tradepost looks up what became of the change before it tries again. "+remedy)
	}
	return fault.New(fault.Unavailable, message, remedy)
}

// startsAsData tells JSON that was cut off from a page.
func startsAsData(body []byte) bool {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, mark))
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

var mark = []byte("\xef\xbb\xbf") // some themes begin everything with it

// data finds the JSON of an answer: PHP may print warnings before it.
func data(body []byte) ([]byte, bool) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, mark))
	if json.Valid(body) {
		return body, true
	}
	if startsAsData(body) {
		return nil, false // cut off: a part of it may look whole
	}
	if at := opening.FindIndex(body); at != nil && json.Valid(body[at[0]:]) {
		return body[at[0]:], true
	}
	return nil, false
}

// opening is where data begins after what PHP printed.
var opening = regexp.MustCompile(`\{"|\[\{|\[\]|\{\}`)

// codeError is the code of a refusal, kept as the cause.
type codeError string

func (s codeError) Error() string { return string(s) }

// said reports whether an error comes from a refusal with this code.
func said(err error, code string) bool {
	cause, ok := errors.AsType[codeError](err)
	return ok && string(cause) == code
}
