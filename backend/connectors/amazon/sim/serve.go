package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// answer answers one call.
func (a *Amazon) answer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	body, _ := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	path := r.URL.EscapedPath()
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.settle()
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		a.answerQueue(w, r, body)
		return
	case path == "/auth/o2/token" && r.Method == http.MethodPost:
		a.signIn(w, body)
		return
	case strings.HasPrefix(path, "/store/"):
		a.store(w, r, body)
		return
	}
	a.calls++
	w.Header().Set("X-Amzn-Requestid", fmt.Sprintf("request-%d", a.calls))
	if !a.allowed(w, r) || a.limited(w, r) {
		return
	}
	a.route(w, r, body)
}

func (a *Amazon) route(w http.ResponseWriter, r *http.Request, body []byte) {
	parts := strings.Split(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	for i := range parts {
		parts[i], _ = url.PathUnescape(parts[i])
	}
	q := r.URL.Query()
	switch first := r.Method + " " + strings.Join(parts[:min(len(parts), 3)], "/"); {
	case first == "GET orders/2026-01-01/orders" && len(parts) == 3:
		a.searchOrders(w, q)
	case first == "GET orders/2026-01-01/orders" && len(parts) == 4:
		a.getOrder(w, parts[3], q)
	case first == "POST orders/v0/orders" && len(parts) == 5 && parts[4] == "shipmentConfirmation":
		a.confirm(w, parts[3], body)
	case strings.HasSuffix(first, " listings/2021-08-01/items") && len(parts) >= 4:
		a.routeListings(w, r.Method, parts[3:], q, body)
	case first == "GET fba/inventory/v1" && len(parts) == 4 && parts[3] == "summaries":
		a.summaries(w, q)
	case first == "GET sellers/v1/marketplaceParticipations":
		a.participations(w)
	case strings.Contains(first, " notifications/v1/"):
		a.routeNotifications(w, r, parts[2:], body)
	case strings.Contains(first, " feeds/2021-06-30/"):
		a.routeFeeds(w, r, parts[2:], body)
	case strings.Contains(first, " reports/2021-06-30/"):
		a.routeReports(w, r, parts[2:], body)
	default:
		refuse(w, http.StatusNotFound, "NotFound", "The requested resource does not exist.", "")
	}
}

func say(w http.ResponseWriter, status int, value any) {
	text, _ := json.Marshal(value) //nolint:errchkjson // only our own types
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

func refuse(w http.ResponseWriter, status int, code, message, details string) {
	say(w, status, map[string]any{"errors": []any{map[string]any{"code": code, "message": message, "details": details}}})
}

func bad(w http.ResponseWriter, message string) {
	refuse(w, http.StatusBadRequest, "InvalidInput", message, "")
}

// lasts is for how long an access token is good.
const lasts = 3600

// signIn answers as Login with Amazon does.
func (a *Amazon) signIn(w http.ResponseWriter, body []byte) {
	form, err := url.ParseQuery(string(body))
	wrong := func(status int, code, words string) {
		say(w, status, map[string]any{"error": code, "error_description": words})
	}
	client, secret := form.Get("client_id"), form.Get("client_secret")
	good, bare := client == goodClient && secret == goodSecret, client == bareClient && secret == bareSecret
	switch {
	case form.Get("grant_type") == "client_credentials" && form.Get("scope") == "sellingpartnerapi::notifications" && good:
		say(w, http.StatusOK, map[string]any{"access_token": token(appClient, a.now()+lasts), "scope": form.Get("scope"), "token_type": "bearer", "expires_in": lasts})
	case err != nil || form.Get("grant_type") != "refresh_token":
		wrong(http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported")
	case !good && !bare:
		wrong(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	case good && form.Get("refresh_token") != goodRefresh || bare && form.Get("refresh_token") != bareRefresh:
		wrong(http.StatusBadRequest, "invalid_grant", "The request has an invalid grant parameter : refresh_token")
	default:
		say(w, http.StatusOK, map[string]any{"access_token": token(client, a.now()+lasts), "refresh_token": form.Get("refresh_token"),
			"token_type": "bearer", "expires_in": lasts})
	}
}

// token is an access token that says itself whose it is and until when.
func token(client string, until int64) string {
	text := client + " " + strconv.FormatInt(until, 10)
	mac := hmac.New(sha256.New, []byte("the simulated Amazon's own key"))
	_, _ = mac.Write([]byte(text))
	return "Atza|" + base64.RawURLEncoding.EncodeToString([]byte(text)) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:12])
}

// allowed looks at the token and the roles of its app.
func (a *Amazon) allowed(w http.ResponseWriter, r *http.Request) bool {
	const denied = "Access to requested resource is denied."
	given := r.Header.Get("X-Amz-Access-Token")
	text, _, _ := strings.Cut(strings.TrimPrefix(given, "Atza|"), ".")
	plain, _ := base64.RawURLEncoding.DecodeString(text)
	client, until, _ := strings.Cut(string(plain), " ")
	ends, err := strconv.ParseInt(until, 10, 64)
	wanted := goodClient
	if strings.HasPrefix(r.URL.Path, destinationsPath) {
		wanted = appClient
	}
	switch {
	case given == "":
		refuse(w, http.StatusForbidden, "MissingAuthenticationToken", "Missing Authentication Token", "")
	case err != nil || token(client, ends) != given:
		refuse(w, http.StatusForbidden, "Unauthorized", denied, "The access token you provided is revoked, malformed or invalid.")
	case ends <= a.now():
		refuse(w, http.StatusForbidden, "Unauthorized", denied, "The access token you provided has expired.")
	case client != wanted:
		refuse(w, http.StatusForbidden, "Unauthorized", denied, "")
	case r.Header.Get("User-Agent") == "":
		bad(w, "A user agent is required.")
	default:
		return true
	}
	return false
}

func (a *Amazon) participations(w http.ResponseWriter) {
	say(w, http.StatusOK, map[string]any{"payload": []any{map[string]any{
		"marketplace":   map[string]any{"id": Marketplace, "countryCode": "DE", "name": "Amazon.de", "defaultCurrencyCode": currency, "defaultLanguageCode": "de_DE", "domainName": "www.amazon.de"},
		"participation": map[string]any{"isParticipating": true, "hasSuspendedListings": false}, "storeName": "Greenhouse & Co."}}})
}

// sealed is a place in a list as a token: it holds for the same question alone.
func sealed(place any) string {
	text, _ := json.Marshal(place) //nolint:errchkjson // only our own types
	return base64.URLEncoding.EncodeToString(text)
}

func unsealed(token string, place any) bool {
	text, err := base64.URLEncoding.DecodeString(token)
	return err == nil && json.Unmarshal(text, place) == nil
}

// question is what a token holds for: all parameters but those that may differ.
func question(q url.Values, except ...string) string {
	rest := maps.Clone(q)
	for _, name := range except {
		rest.Del(name)
	}
	return rest.Encode()
}
