package woocommerce

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// sign gives the oauth_signature of a call by HMAC-SHA256 without a token (RFC 5849, 3.4; "one-legged"). query is all that the
// call carries, the other oauth_ values among it. address is scheme, host and path as the shop knows itself.
func sign(method, address string, query url.Values, secret string) string {
	mac := hmac.New(sha256.New, []byte(escape(secret)+"&"))
	mac.Write([]byte(baseString(method, address, query)))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// baseString is RFC 5849, 3.4.1.
func baseString(method, address string, query url.Values) string {
	return strings.ToUpper(method) + "&" + escape(baseAddress(address)) + "&" + escape(normalised(query))
}

// baseAddress is RFC 5849, 3.4.1.2: scheme and host in small letters, no default port, no query.
func baseAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	return scheme + "://" + host + path
}

// normalised is RFC 5849, 3.4.1.3.2: pairs are encoded first and sorted as bytes after, by name and then by value.
func normalised(query url.Values) string {
	type pair struct{ name, value string }
	var pairs []pair
	for name, values := range query {
		for _, value := range values {
			pairs = append(pairs, pair{escape(name), escape(value)})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if a.name != b.name {
			return strings.Compare(a.name, b.name)
		}
		return strings.Compare(a.value, b.value)
	})
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = p.name + "=" + p.value
	}
	return strings.Join(parts, "&")
}

// escape is RFC 5849, 3.6: all but letters, digits and "-._~" as %XX; a blank is %20, never a plus sign.
func escape(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}
