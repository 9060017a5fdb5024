package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// question is one GraphQL call.
type question struct {
	document  string
	variables map[string]any
	writes    bool
	cost      float64 // points, as near as can be said before
}

// reply is what a call gave: the data, and the vendor's clock (0 where it is not told).
type reply struct {
	data    json.RawMessage
	now     commerce.Instant
	version string       // that answered
	denied  []graphError // values that the app may not see; they are null in data
}

// graphError is one of an answer's errors.
type graphError struct {
	Message    string `json:"message"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// The codes of errors (https://shopify.dev/docs/api/admin-graphql#status_and_error_codes).
const (
	throttled    = "THROTTLED"
	accessDenied = "ACCESS_DENIED"
	tooCostly    = "MAX_COST_EXCEEDED"
	serverError  = "INTERNAL_SERVER_ERROR"
	shopInactive = "SHOP_INACTIVE"
)

// costs is what an answer tells of the points.
type costs struct {
	Requested float64 `json:"requestedQueryCost"`
	Status    struct {
		Most    float64 `json:"maximumAvailable"`
		Left    float64 `json:"currentlyAvailable"`
		Restore float64 `json:"restoreRate"`
	} `json:"throttleStatus"`
}

// wait is how long until a refused call can be made.
func (c costs) wait() time.Duration {
	if c.Status.Restore <= 0 || c.Requested <= c.Status.Left {
		return time.Second
	}
	return time.Duration(math.Ceil((c.Requested-c.Status.Left)/c.Status.Restore)) * time.Second
}

// body is an answer. Errors are a list, or a text where the call did not come as far as GraphQL.
type body struct {
	Data       json.RawMessage `json:"data"`
	Errors     json.RawMessage `json:"errors"`
	Extensions struct {
		Cost costs `json:"cost"`
	} `json:"extensions"`
}

func (b body) errors() (all []graphError) {
	_ = json.Unmarshal(b.Errors, &all)
	return all
}

// ask makes a call and gives its data, or a fault.
func ask(ctx context.Context, s channel.Session, q question) (reply, error) {
	base, err := address(s)
	if err != nil {
		return reply{}, err
	}
	token, err := token(s)
	if err != nil {
		return reply{}, err
	}
	text, err := json.Marshal(map[string]any{"query": q.document, "variables": q.variables})
	if err != nil {
		return reply{}, fault.Wrap(err, fault.Invalid, "A question to "+vendor+" cannot be written.", "Look at what is asked for.")
	}
	answer, err := s.Do(ctx, channel.Call{
		Method: http.MethodPost, URL: base + "/admin/api/" + apiVersion + "/graphql.json", Body: text, Bucket: bucket, Cost: q.cost, Writes: q.writes,
		Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "X-Shopify-Access-Token": {token}},
	})
	if err != nil {
		return reply{}, err
	}
	r, err := understand(answer, q.writes, s.Now())
	if fault.Is(err, fault.Auth) && s.Option(authOption) == byToken {
		return r, refusedToken()
	}
	return r, err
}

// into asks and reads the data into target.
func into(ctx context.Context, s channel.Session, q question, target any) (reply, error) {
	r, err := ask(ctx, s, q)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(r.data, target); err != nil {
		return r, strange(err, q.writes)
	}
	return r, nil
}

// understand reads an answer. Values that the app may not see are null beside an error for each, and the rest counts.
func understand(answer channel.Answer, writes bool, now time.Time) (reply, error) {
	var b body
	err := json.Unmarshal(answer.Body, &b)
	errors := b.errors()
	if err == nil && len(errors) > 0 && (answer.Status == http.StatusOK || answer.Status == http.StatusBadRequest || answer.Status == http.StatusTooManyRequests) {
		hidden := !slices.ContainsFunc(errors, func(e graphError) bool { return e.Extensions.Code != accessDenied })
		if !hidden || writes || !bytes.HasPrefix(b.Data, []byte("{")) {
			return reply{}, graphFault(errors[0], b.Extensions.Cost, writes, now)
		}
	}
	if failed := statusFault(answer, writes, now); failed != nil {
		return reply{}, failed
	}
	if err != nil || answer.Status != http.StatusOK || !bytes.HasPrefix(b.Data, []byte("{")) {
		return reply{}, strange(err, writes)
	}
	return reply{data: b.Data, now: dateOf(answer.Header), version: answer.Header.Get("X-Shopify-Api-Version"), denied: errors}, nil
}

// statusFault sorts what did not come as far as GraphQL.
func statusFault(answer channel.Answer, writes bool, now time.Time) error {
	switch answer.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return noShop()
	case http.StatusPaymentRequired, http.StatusLocked:
		return inactive()
	}
	if failed := channel.Classify(answer, vendor, writes, now); failed != nil {
		return failed
	}
	return nil
}

func noShop() error {
	return fault.New(fault.Invalid, "At this address there is no shop of "+vendor+".",
		"Give the one that ends in myshopify.com; Settings, Domains shows it.").InField(shopOption)
}

func inactive() *fault.Error {
	return fault.New(fault.Permission, vendor+" has closed this shop for now, as it does when a bill is open.",
		"Look into the shop's admin; Tradepost goes on when it is open again.")
}

// strange is an answer that is none: a page of a proxy or a hotel's network, or half a body. The next one may be right.
func strange(cause error, writes bool) error {
	if writes {
		return fault.Wrap(cause, fault.Unknown, vendor+"'s answer to this cannot be read.", "Tradepost looks up what became of it before it tries again.")
	}
	return fault.Wrap(cause, fault.Unavailable, "What answered does not speak as "+vendor+"'s Admin API does.",
		"Tradepost tries again by itself. If it stays so, correct the address of the shop.")
}

// dateOf is the vendor's clock (RFC 9110, 6.6.1); 0 where it is not told.
func dateOf(header http.Header) commerce.Instant {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0
	}
	return commerce.InstantOf(at)
}

// graphFault sorts an error by its code. Codes in small letters are those of a document that the schema does not allow.
func graphFault(e graphError, c costs, writes bool, now time.Time) *fault.Error {
	said := " It says: " + sentence(e.Message)
	switch code := e.Extensions.Code; {
	case code == throttled:
		f := fault.New(fault.RateLimited, vendor+" asks to wait.", "Tradepost goes on by itself.")
		f.RetryAt = now.Add(c.wait())
		return f
	case code == accessDenied:
		return fault.New(fault.Permission, vendor+" does not allow this app to do it."+said,
			"Give the app the scope that is missing, release it and approve it in the shop, then check the connection.")
	case code == tooCostly:
		return fault.New(fault.Invalid, vendor+" finds the question too large."+said, "Tell us; nothing was taken in.").InField(tooCostly)
	case code == shopInactive:
		return inactive()
	case code == concurrent:
		return fault.New(fault.Unknown, vendor+" is still busy with the first try of this.", "Tradepost looks up what became of it.")
	case code == mismatch, code == failedBefore:
		return fault.New(fault.Unknown, vendor+" knows this write from an earlier try that was another one."+said, "Tradepost looks up what became of it.")
	case code == serverError || code == "":
		if writes {
			return fault.New(fault.Unknown, vendor+" failed in the middle of this."+said, "Tradepost looks up what became of it before it tries again.")
		}
		return fault.New(fault.Unavailable, vendor+" has trouble of its own."+said, "Tradepost tries again by itself; nothing is lost.")
	case code[0] >= 'a' && code[0] <= 'z':
		return fault.New(fault.Retired, vendor+" no longer knows what was asked."+said, "Get a newer Tradepost: this one speaks version "+apiVersion+".")
	}
	return fault.New(fault.Invalid, vendor+" refuses this."+said, "The attempt shows what was asked.")
}

// sentence ends with a full stop.
func sentence(text string) string { return strings.TrimRight(strings.TrimSpace(text), ". ") + "." }

// Meter reads the points that are left out of an answer.
func (connector) Meter(_ channel.Call, answer channel.Answer) channel.Meter {
	var b body
	if json.Unmarshal(answer.Body, &b) != nil || b.Extensions.Cost.Status.Restore <= 0 {
		return channel.Meter{}
	}
	status := b.Extensions.Cost.Status
	m := channel.Meter{Rate: status.Restore, Burst: status.Most, Left: status.Left}
	if slices.ContainsFunc(b.errors(), func(e graphError) bool { return e.Extensions.Code == throttled }) {
		m.Wait = b.Extensions.Cost.wait()
	}
	return m
}

// shopName is what comes before .myshopify.com.
var shopName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// address is where the shop's admin is: https://name.myshopify.com. People paste what stands in their browser. An address of this computer
// is taken as it is, for practice.
func address(s channel.Session) (string, error) {
	text := strings.TrimRight(strings.TrimSpace(s.Option(shopOption)), "/")
	if u, err := url.Parse(text); err == nil && u.User == nil && local(u) {
		return u.Scheme + "://" + u.Host, nil
	}
	_, rest, spelled := strings.Cut(text, "://")
	if !spelled {
		rest = text
	}
	host, path, _ := strings.Cut(strings.ToLower(rest), "/")
	if host == "admin.shopify.com" {
		host, _, _ = strings.Cut(strings.TrimPrefix(path, "store/"), "/")
	}
	name := strings.TrimSuffix(host, ".myshopify.com")
	if !shopName.MatchString(name) {
		return "", fault.New(fault.Invalid, "This is not the address of a shop at "+vendor+".",
			"Give it as your-shop.myshopify.com; Settings, Domains shows it.").InField(shopOption)
	}
	return "https://" + name + ".myshopify.com", nil
}

func local(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return (u.Scheme == "http" || u.Scheme == "https") && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}
