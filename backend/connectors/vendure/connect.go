package vendure

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// vendor is the name for people.
const vendor = "Vendure"

// forbiddenCode is what Vendure says to those who are not signed in and to those who lack a right alike.
const forbiddenCode = "FORBIDDEN"

// question is one GraphQL call.
type question struct {
	document  string
	variables map[string]any
	writes    bool
}

// reply is what a call gave: the data, and the vendor's clock (0 where it is not told).
type reply struct {
	data   json.RawMessage
	header http.Header
	now    commerce.Instant
}

// graphError is one of an answer's errors.
type graphError struct {
	Message    string `json:"message"`
	Extensions struct {
		Code string `json:"code"`
	} `json:"extensions"`
}

// ask makes a call and gives its data, or a fault.
func ask(ctx context.Context, s channel.Session, q question) (reply, error) {
	r, failed, err := call(ctx, s, q)
	switch {
	case err != nil || failed == nil:
	case failed.Extensions.Code != forbiddenCode:
		err = graphFault(*failed, q.writes)
	default:
		err = forbidden(ctx, s)
	}
	if fault.Is(err, fault.Auth) && s.Option(authOption) != bySession && s.Secret(keySecret) != "" {
		return r, refusedKey()
	}
	return r, err
}

func refusedKey() error {
	return fault.New(fault.Auth, vendor+" does not accept the API key.", "Copy it again, or make a new one in the dashboard under Settings, API Keys.").InField(keySecret)
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

// call makes one call; the second result is the vendor's first error.
func call(ctx context.Context, s channel.Session, q question) (reply, *graphError, error) {
	header, err := headers(s)
	if err != nil {
		return reply{}, nil, err
	}
	return post(ctx, s, header, q)
}

func post(ctx context.Context, s channel.Session, header http.Header, q question) (reply, *graphError, error) {
	body, err := json.Marshal(map[string]any{"query": q.document, "variables": q.variables})
	if err != nil {
		return reply{}, nil, fault.Wrap(err, fault.Invalid, "A question to "+vendor+" cannot be written.", "Look at what is asked for.")
	}
	address, err := address(s)
	if err != nil {
		return reply{}, nil, err
	}
	answer, err := s.Do(ctx, channel.Call{
		Method: http.MethodPost, URL: address, Header: header, Body: body, Bucket: "api", Writes: q.writes,
	})
	if err != nil {
		return reply{}, nil, err
	}
	return understand(answer, q.writes, s.Now())
}

// understand reads an answer. A refused question comes with status 400 and errors like those under 200.
func understand(answer channel.Answer, writes bool, now time.Time) (reply, *graphError, error) {
	var body struct {
		Data   json.RawMessage `json:"data"`
		Errors []graphError    `json:"errors"`
	}
	err := json.Unmarshal(answer.Body, &body)
	if err == nil && len(body.Errors) > 0 && (answer.Status == http.StatusOK || answer.Status == http.StatusBadRequest) {
		return reply{}, &body.Errors[0], nil
	}
	if answer.Status == http.StatusNotFound || answer.Status == http.StatusMethodNotAllowed { // GraphQL itself never says so
		return reply{}, nil, fault.New(fault.Invalid, "At this address no "+vendor+" Admin API answers.",
			"Give the address that the dashboard itself talks to; it mostly ends in /admin-api.").InField(urlOption)
	}
	if failed := channel.Classify(answer, vendor, writes, now); failed != nil {
		return reply{}, nil, failed
	}
	if err != nil || answer.Status != http.StatusOK || !bytes.HasPrefix(body.Data, []byte("{")) {
		return reply{}, nil, strange(err, writes)
	}
	return reply{data: body.Data, header: answer.Header, now: dateOf(answer.Header)}, nil, nil
}

// strange is an answer that is none: a page of a proxy or a hotel's network, or half a body. The next one may be right.
func strange(cause error, writes bool) error {
	if writes {
		return fault.Wrap(cause, fault.Unknown, vendor+"'s answer to this cannot be read.",
			"Tradepost looks up what became of it before it tries again.")
	}
	return fault.Wrap(cause, fault.Unavailable, "What answered does not speak as "+vendor+"'s Admin API does.",
		"Tradepost tries again by itself. If it stays so, correct the address of the connection: it mostly ends in /admin-api.")
}

// dateOf is the vendor's clock (RFC 9110, 6.6.1); 0 where it is not told.
func dateOf(header http.Header) commerce.Instant {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return 0
	}
	return commerce.InstantOf(at)
}

// address is where the questions go.
func address(s channel.Session) (string, error) {
	text := strings.TrimRight(strings.TrimSpace(s.Option(urlOption)), "/")
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return "", fault.New(fault.Invalid, "This is not the address of an Admin API.",
			"Give it as https://shop.example.com/admin-api.").InField(urlOption)
	}
	return text, nil
}

// headers signs a call.
func headers(s channel.Session) (http.Header, error) {
	header := plainHeaders(s)
	if s.Option(authOption) != bySession {
		key := s.Secret(keySecret)
		if key == "" {
			return nil, fault.New(fault.Auth, "There is no API key.", "Give the key that the dashboard showed.").InField(keySecret)
		}
		header.Set("Vendure-Api-Key", key)
		return header, nil
	}
	token := s.Secret(channel.SignIn)
	if token == "" {
		return nil, fault.New(fault.Auth, "There is no session at "+vendor+" yet.", "Sign in with the user name and password.")
	}
	header.Set("Authorization", "Bearer "+token)
	return header, nil
}

func plainHeaders(s channel.Session) http.Header {
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}
	if token := s.Option(channelOption); token != "" {
		header.Set("Vendure-Token", token)
	}
	return header
}

// graphFault sorts an error by its code. What a write did before an internal error is not known.
func graphFault(e graphError, writes bool) *fault.Error {
	said := " It says: " + e.Message
	switch e.Extensions.Code {
	case "UNAUTHENTICATED", "UNAUTHORIZED":
		return unsigned()
	case "CHANNEL_NOT_FOUND":
		return noChannel()
	case "ENTITY_NOT_FOUND":
		return fault.New(fault.NotFound, vendor+" does not have this.", "It may have been removed there.")
	case "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT":
		return fault.New(fault.Retired, "This version of "+vendor+" does not know what was asked."+said,
			"Tradepost speaks to Vendure 3.6 and newer; update whichever is older.")
	case "INTERNAL_SERVER_ERROR", "":
		if writes {
			return fault.New(fault.Unknown, vendor+" failed in the middle of this."+said,
				"Tradepost looks up what became of it before it tries again.")
		}
		return fault.New(fault.Unavailable, vendor+" has trouble of its own."+said, "Tradepost tries again by itself; nothing is lost.")
	}
	return fault.New(fault.Invalid, vendor+" refuses this."+said, "The attempt shows what was asked.")
}

func noChannel() *fault.Error {
	return fault.New(fault.Invalid, vendor+" has no channel with this token.",
		"Copy the token from Settings, Channels, or leave it empty.").InField(channelOption)
}

func unsigned() *fault.Error {
	return fault.New(fault.Auth, vendor+" does not accept the sign-in.", "Sign in again; nothing is lost meanwhile.")
}

// forbidden finds out which of the two a FORBIDDEN means.
func forbidden(ctx context.Context, s channel.Session) error {
	_, failed, err := call(ctx, s, question{document: signedDocument})
	switch {
	case err != nil:
		return err
	case failed != nil:
		return unsigned()
	}
	return fault.New(fault.Permission, vendor+" does not allow this with the present rights.",
		"Give the role the right that is missing, then check the connection.")
}

// Lapsed tells that there is no session yet. When one ends, Vendure says so by refusing a call.
func (connector) Lapsed(s channel.Session) bool {
	return s.Option(authOption) == bySession && s.Secret(channel.SignIn) == ""
}

// Refresh signs in with user name and password. With an API key there is nothing to refresh: a person has to make a new one.
func (connector) Refresh(ctx context.Context, s channel.Session) (map[string]string, error) {
	if s.Option(authOption) != bySession {
		return nil, fault.New(fault.Auth, vendor+" does not accept the API key.", "Make a new key in the dashboard and give it here.")
	}
	r, failed, err := post(ctx, s, plainHeaders(s), question{document: loginDocument, variables: map[string]any{
		"username": s.Option(userOption), "password": s.Secret(passSecret),
	}})
	if err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, graphFault(*failed, false)
	}
	return session(r)
}

func session(r reply) (map[string]string, error) {
	var data struct {
		Login struct {
			Typename  string `json:"__typename"`
			ErrorCode string `json:"errorCode"`
		} `json:"login"`
	}
	if err := json.Unmarshal(r.data, &data); err != nil {
		return nil, strange(err, false)
	}
	token := r.header.Get("Vendure-Auth-Token")
	switch {
	case data.Login.Typename != "CurrentUser":
		return nil, fault.New(fault.Auth, vendor+" does not accept this user name and password.", "Correct them, or sign in with an API key.")
	case token == "":
		return nil, fault.New(fault.Invalid, "This server gives no session to programs.",
			"Add “bearer” to tokenMethod in the server's configuration, or sign in with an API key.")
	}
	return map[string]string{channel.SignIn: token}, nil
}

// shop is what Check asks for.
type shop struct {
	ActiveChannel struct {
		Code           string            `json:"code"`
		Token          string            `json:"token"`
		Currency       commerce.Currency `json:"defaultCurrencyCode"`
		TrackInventory *bool             `json:"trackInventory"`
		Seller         *struct {
			Name string `json:"name"`
		} `json:"seller"`
	} `json:"activeChannel"`
	GlobalSettings struct {
		TrackInventory bool `json:"trackInventory"`
		ServerConfig   struct {
			Precision int `json:"moneyStrategyPrecision"`
		} `json:"serverConfig"`
	} `json:"globalSettings"`
}

// The facts that reading needs.
const (
	precisionFact = "money_precision"
	trackFact     = "track_inventory"
	channelFact   = "channel"
)

// defaultChannel is the code of the channel that holds everything of a server.
const defaultChannel = "__default_channel__"

func (connector) Check(ctx context.Context, s channel.Session) (channel.Account, error) {
	var found shop
	if _, err := into(ctx, s, question{document: shopDocument}, &found); err != nil {
		return channel.Account{}, err
	}
	// A server with a single channel answers for that, whatever token it is given.
	if token := s.Option(channelOption); token != "" && token != found.ActiveChannel.Token {
		return channel.Account{}, noChannel()
	}
	account := found.account(s)
	var err error
	if account.Rights, account.Locations, err = rights(ctx, s); err != nil {
		return channel.Account{}, err
	}
	if len(account.Rights) == 0 {
		return channel.Account{}, fault.New(fault.Permission, vendor+" lets this sign-in neither read nor change anything.",
			"Give its role the rights to read and update orders, products, stock locations and customers.")
	}
	return account, nil
}

func (f shop) account(s channel.Session) channel.Account {
	track := f.GlobalSettings.TrackInventory
	if own := f.ActiveChannel.TrackInventory; own != nil {
		track = *own
	}
	place, _ := url.Parse(s.Option(urlOption)) // it was called already
	account := channel.Account{
		ID: place.Host + "/" + f.ActiveChannel.Code, Name: f.name(place.Host), URL: place.Scheme + "://" + place.Host,
		Currency: f.ActiveChannel.Currency, Zone: "UTC", Version: "Admin API",
		Facts: map[string]string{
			precisionFact: strconv.Itoa(f.GlobalSettings.ServerConfig.Precision),
			trackFact:     strconv.FormatBool(track),
			channelFact:   f.ActiveChannel.Code,
		},
	}
	if account.Currency.Exponent() < f.GlobalSettings.ServerConfig.Precision {
		account.Notes = append(account.Notes, "This shop keeps money more finely than "+string(account.Currency)+
			" has it; sums are rounded to what can be paid, unit prices are not.")
	}
	return account
}

// name is the seller's where a person named one, else the channel's own, else the server's.
func (f shop) name(host string) string {
	if seller := f.ActiveChannel.Seller; seller != nil && seller.Name != "" && seller.Name != "Default Seller" {
		return seller.Name
	}
	if f.ActiveChannel.Code != defaultChannel {
		return f.ActiveChannel.Code
	}
	return host
}

// rights finds out what may be done, and where stock lies.
func rights(ctx context.Context, s channel.Session) ([]string, []channel.Location, error) {
	may := map[string]bool{}
	for _, document := range []string{mayReadProducts, mayReadCustomers, mayReadOrders, mayUpdateProducts, mayUpdateOrders} {
		allowed, _, err := try(ctx, s, question{document: document})
		if err != nil {
			return nil, nil, err
		}
		may[document] = allowed
	}
	placed, places, err := locations(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	var rights []string
	grant := func(allowed bool, names ...string) {
		if allowed {
			rights = append(rights, names...)
		}
	}
	grant(may[mayReadProducts], string(channel.Products))
	grant(may[mayReadProducts] && placed, string(channel.Stock))
	grant(may[mayReadCustomers], string(channel.Customers))
	grant(may[mayReadOrders], string(channel.Orders))
	grant(may[mayReadProducts] && may[mayUpdateProducts], string(channel.SetStock), string(channel.SetPrice))
	grant(may[mayReadOrders] && may[mayUpdateOrders],
		string(channel.SetStatus), string(channel.Ship), string(channel.Cancel), string(channel.Refund))
	return rights, places, nil
}

// try asks what may be forbidden.
func try(ctx context.Context, s channel.Session, q question) (allowed bool, r reply, err error) {
	r, failed, err := call(ctx, s, q)
	switch {
	case err != nil:
		return false, r, err
	case failed == nil:
		return true, r, nil
	case failed.Extensions.Code == forbiddenCode:
		return false, r, nil
	}
	return false, r, graphFault(*failed, false)
}

// locations lists where stock lies. More than a thousand are not asked for: nobody has them.
func locations(ctx context.Context, s channel.Session) (allowed bool, places []channel.Location, err error) {
	variables := map[string]any{"options": map[string]any{"take": mostRows, "sort": map[string]any{"id": "ASC"}}}
	allowed, r, err := try(ctx, s, question{document: locationsDocument, variables: variables})
	if err != nil || !allowed {
		return false, nil, err
	}
	var found struct {
		StockLocations struct {
			Items []channel.Location `json:"items"`
		} `json:"stockLocations"`
	}
	if err := json.Unmarshal(r.data, &found); err != nil {
		return false, nil, strange(err, false)
	}
	return true, found.StockLocations.Items, nil
}
