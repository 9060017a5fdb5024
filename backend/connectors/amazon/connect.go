package amazon

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// vendor is the name for people.
const vendor = "Amazon"

// agent names us to Amazon, which asks for a name, a version and a language
// (https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests).
const agent = "Tradepost/1 (Language=Go)"

// client speaks to one account on one marketplace.
type client struct {
	s     channel.Session
	place marketplace
	base  string
}

func dial(s channel.Session) (*client, error) {
	place, known := marketplaceOf(s.Option(marketplaceOption))
	if !known {
		return nil, fault.New(fault.Invalid, vendor+" has no marketplace of this id.", "Choose one of those listed.").InField(marketplaceOption)
	}
	base := s.Option(endpointOption)
	if base == "" {
		base = place.region.endpoint
	}
	return &client{s: s, place: place, base: strings.TrimRight(base, "/")}, nil
}

// request is one call of the interface.
type request struct {
	method string
	path   string // escaped
	query  url.Values
	body   any
	bucket string
	writes bool
	token  string // "" is that of the seller
}

// do makes a call. The answer comes with the error too: its date tells Amazon's clock.
func (c *client) do(ctx context.Context, r request) (channel.Answer, error) {
	call := channel.Call{Method: r.method, URL: c.base + r.path, Bucket: r.bucket, Writes: r.writes, Header: http.Header{
		"X-Amz-Access-Token": {cmp.Or(r.token, c.token())}, "User-Agent": {agent}, "Accept": {"application/json"}}}
	if len(r.query) > 0 {
		call.URL += "?" + r.query.Encode()
	}
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return channel.Answer{}, fault.Wrap(err, fault.Invalid, "A call to "+vendor+" cannot be written.", "Look at what is to be changed.")
		}
		call.Body = text
		call.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.s.Do(ctx, call)
	if err != nil {
		return answer, err
	}
	return answer, judge(answer, r.writes, c.s.Now())
}

// into makes a call and reads its answer.
func (c *client) into(ctx context.Context, r request, target any) (channel.Answer, error) {
	answer, err := c.do(ctx, r)
	if err != nil {
		return answer, err
	}
	return answer, understand(answer, r.writes, target)
}

func understand(answer channel.Answer, writes bool, target any) error {
	if err := json.Unmarshal(answer.Body, target); err != nil {
		return strange(err, writes)
	}
	return nil
}

// refusal is an answer of the interface that is none of success.
type refusal struct {
	Errors []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Details string `json:"details"`
	} `json:"errors"`
}

// judge sorts an answer that is no success into a fault; nil for one that is.
func judge(answer channel.Answer, writes bool, now time.Time) error {
	var said refusal
	spoken := json.Unmarshal(answer.Body, &said) == nil && len(said.Errors) > 0
	switch status := answer.Status; {
	case status == http.StatusOK || status == http.StatusCreated || status == http.StatusAccepted || status == http.StatusNoContent:
		return nil
	case status > http.StatusNoContent && status < http.StatusMultipleChoices: // a part of something
		return strange(nil, writes)
	case status == http.StatusForbidden && spoken && (said.Errors[0].Code == "MissingAuthenticationToken" || lapsed(said.Errors[0].Details)):
		return fault.New(fault.Auth, vendor+" does not accept the sign-in any more.", "Tradepost signs in anew; if that fails, authorise your app again.")
	case status == http.StatusForbidden:
		return fault.New(fault.Permission, vendor+" does not allow this: your app lacks a role for it.", "Give the app the role in Seller Central, authorise it again and paste the new refresh token.")
	case status == http.StatusNotFound && !spoken:
		return fault.New(fault.Invalid, "At this address no Selling Partner API answers.", "Clear the address of the interface, or correct it.").InField(endpointOption)
	case spoken && (status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge || status == http.StatusUnsupportedMediaType):
		return fault.New(fault.Invalid, vendor+" refuses this: "+sentence(said.Errors[0].Message), "The attempt shows what was sent.")
	}
	if failed := channel.Classify(answer, vendor, writes, now); failed != nil {
		return failed
	}
	return nil
}

// lapsed tells a token that is good no more from a missing role, by the words Amazon has for it.
func lapsed(details string) bool {
	words := strings.ToLower(details)
	return strings.Contains(words, "token") && (strings.Contains(words, "expired") || strings.Contains(words, "revoked") || strings.Contains(words, "malformed"))
}

// sentence makes Amazon's words end as a sentence does.
func sentence(words string) string {
	words = strings.TrimSpace(words)
	if words == "" {
		return "it does not say why."
	}
	if strings.ContainsAny(words[len(words)-1:], ".!?") {
		return words
	}
	return words + "."
}

// strange is an answer that is none: a page of a proxy, or a part of an answer. The next one may be right.
func strange(cause error, writes bool) error {
	if writes {
		return fault.Wrap(cause, fault.Unknown, vendor+"'s answer to this cannot be read.", "Tradepost looks up what became of it before it tries again.")
	}
	return fault.Wrap(cause, fault.Unavailable, "What answered does not speak as "+vendor+"'s interface does.", "Tradepost tries again by itself. Look at the network if it lasts.")
}

// clockOf is Amazon's clock (RFC 9110, 6.6.1); 0 where it is not told.
func clockOf(answer channel.Answer) commerce.Instant {
	at, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return commerce.InstantOf(at)
}

// stamp writes an instant as Amazon takes it.
func stamp(at commerce.Instant) string { return at.Time().Format("2006-01-02T15:04:05.000Z") }
