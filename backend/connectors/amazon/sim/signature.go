package sim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// signatureHolds is by how much the time of a signature may differ from AWS's clock.
const signatureHolds = 15 * time.Minute

// unsigned says what is wrong with the signature of a request, in AWS's words of errors; "" is nothing. It is worked out as AWS describes its fourth
// way of signing (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
func unsigned(r *http.Request, body []byte, now time.Time) string {
	fields := map[string]string{}
	given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	for part := range strings.SplitSeq(given, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	switch {
	case err != nil || len(scope) != 5:
		return "MissingAuthenticationTokenException"
	case scope[0] != queueKeyID:
		return "UnrecognizedClientException"
	case now.Sub(at).Abs() > signatureHolds || scope[1] != at.Format("20060102") || scope[3] != "sqs" || scope[4] != "aws4_request":
		return "InvalidSignatureException"
	}
	asked := sum([]byte(canonical(r, strings.Split(fields["SignedHeaders"], ";"), body)))
	text := strings.Join([]string{"AWS4-HMAC-SHA256", r.Header.Get("X-Amz-Date"), strings.Join(scope[1:], "/"), asked}, "\n")
	key := []byte("AWS4" + queueKeySecretValue)
	for _, part := range scope[1:] {
		key = keyed(key, part)
	}
	if !hmac.Equal([]byte(hex.EncodeToString(keyed(key, text))), []byte(fields["Signature"])) {
		return "InvalidSignatureException"
	}
	return ""
}

// canonical is a request as it is signed.
func canonical(r *http.Request, headers []string, body []byte) string {
	lines := []string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery}
	for _, name := range headers {
		value := r.Header.Get(name)
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.Itoa(len(body))
		}
		lines = append(lines, name+":"+strings.TrimSpace(value))
	}
	return strings.Join(append(lines, "", strings.Join(headers, ";"), sum(body)), "\n")
}

func sum(text []byte) string {
	is := sha256.Sum256(text)
	return hex.EncodeToString(is[:])
}

func keyed(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
