package sim

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // OAuth 1.0a knows it, and shops accept it
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

type apiKey struct {
	secret      string
	read, write bool
	manager     bool // its user is a shop manager
}

// problem is a refusal as WordPress writes it.
type problem struct {
	status        int
	code, message string
}

func refuse(status int, code, message string) *problem { return &problem{status, code, message} }

const badAuth = "woocommerce_rest_authentication_error"

// identify finds whose call it is; nobody's is no key. Over http a secret in the clear counts as none: WooCommerce does not look at it.
func (s *Shop) identify(r *http.Request) (*apiKey, *problem) {
	query := r.URL.Query()
	if r.TLS != nil || s.config.secure {
		key, secret := query.Get("consumer_key"), query.Get("consumer_secret")
		if key == "" && !s.config.headerless {
			key, secret, _ = r.BasicAuth()
		}
		if known, ok := s.keys[key]; ok {
			if known.secret != secret {
				return nil, refuse(401, badAuth, "Consumer secret is invalid.")
			}
			return &known, nil
		}
	}
	if query.Get("oauth_consumer_key") == "" {
		return nil, nil //nolint:nilnil // an anonymous call
	}
	return s.oauth(r, query)
}

// oauth checks a signature as class-wc-rest-authentication.php of WooCommerce does.
func (s *Shop) oauth(r *http.Request, query url.Values) (*apiKey, *problem) {
	for _, name := range []string{"oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method"} {
		if query.Get(name) == "" {
			return nil, refuse(401, "woocommerce_rest_authentication_missing_parameter", "Missing OAuth parameter "+name)
		}
	}
	known, ok := s.keys[query.Get("oauth_consumer_key")]
	if !ok {
		return nil, refuse(401, badAuth, "Consumer key is invalid.")
	}
	if !validSignature(r, query, known.secret) {
		return nil, refuse(401, badAuth, "Invalid signature - provided signature does not match.")
	}
	at, err := strconv.ParseInt(query.Get("oauth_timestamp"), 10, 64)
	if now := s.now(); err != nil || at < now-900 || at > now+900 {
		return nil, refuse(401, badAuth, "Invalid timestamp.")
	}
	nonce := query.Get("oauth_nonce")
	if s.nonces[nonce] {
		return nil, refuse(401, badAuth, "Invalid nonce - nonce has already been used.")
	}
	if len(s.nonces) > 100_000 {
		clear(s.nonces)
	}
	s.nonces[nonce] = true
	return &known, nil
}

func validSignature(r *http.Request, query url.Values, secret string) bool {
	var hashing func() hash.Hash
	switch query.Get("oauth_signature_method") {
	case "HMAC-SHA256":
		hashing = sha256.New
	case "HMAC-SHA1":
		hashing = sha1.New
	default:
		return false
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	given, err := base64.StdEncoding.DecodeString(query.Get("oauth_signature"))
	if err != nil {
		return false
	}
	mac := hmac.New(hashing, []byte(secret+"&"))
	mac.Write([]byte(r.Method + "&" + percent(scheme+"://"+r.Host+r.URL.EscapedPath()) + "&" + percent(sortedQuery(query))))
	return hmac.Equal(given, mac.Sum(nil))
}

func sortedQuery(query url.Values) string {
	var names []string
	for name := range query {
		if name != "oauth_signature" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	var parts []string
	for _, name := range names {
		parts = append(parts, percent(name)+"="+percent(query.Get(name)))
	}
	return strings.Join(parts, "&")
}

func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// allow judges a call to the shop's own part of the API by key and user.
func (s *Shop) allow(r *http.Request) *problem {
	key, p := s.identify(r)
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	verb := map[bool]string{true: "view", false: "edit"}[reads]
	switch {
	case p != nil:
		return p
	case key == nil:
		return refuse(401, "woocommerce_rest_cannot_"+verb, "Sorry, you cannot list resources.")
	case reads && !key.read:
		return refuse(401, badAuth, "The API key provided does not have read permissions.")
	case !reads && !key.write:
		return refuse(401, badAuth, "The API key provided does not have write permissions.")
	case !key.manager:
		return refuse(403, "woocommerce_rest_cannot_"+verb, "Sorry, you cannot list resources.")
	}
	return nil
}
