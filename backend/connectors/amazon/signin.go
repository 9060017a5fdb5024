package amazon

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/commerce"
	"tradepost/backend/fault"
)

// signIn is an access token, kept as one secret. It holds for an hour
// (https://developer-docs.amazon.com/sp-api/docs/connect-to-the-selling-partner-api).
type signIn struct {
	Token string           `json:"token"`
	Until commerce.Instant `json:"until"`
}

// early is how long before its end a token is no longer used.
const early = commerce.Instant(2 * time.Minute / time.Millisecond)

func signInOf(s channel.Session) signIn {
	var in signIn
	if json.Unmarshal([]byte(s.Secret(channel.SignIn)), &in) != nil {
		return signIn{}
	}
	return in
}

func (c *client) token() string { return signInOf(c.s).Token }

// Lapsed tells whether a new access token is needed before the next call.
func (connector) Lapsed(s channel.Session) bool {
	in := signInOf(s)
	return in.Token == "" || in.Until-early < commerce.InstantOf(s.Now())
}

// Refresh exchanges the refresh token for an access token, at Login with Amazon.
func (connector) Refresh(ctx context.Context, s channel.Session) (map[string]string, error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {s.Secret(refreshSecret)}, "client_id": {s.Option(clientOption)},
		"client_secret": {s.Secret(clientSecret)}}
	answer, err := s.Do(ctx, channel.Call{Method: http.MethodPost, URL: s.Option(signInOption), Body: []byte(form.Encode()), Bucket: signInBucket,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "User-Agent": {agent}, "Accept": {"application/json"}}})
	if err != nil {
		return nil, err
	}
	var got struct {
		Token   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
		Error   string `json:"error"`
	}
	if unread := json.Unmarshal(answer.Body, &got); got.Error != "" && answer.Status < http.StatusInternalServerError {
		return nil, refused(got.Error)
	} else if failed := judge(answer, false, s.Now()); failed != nil {
		return nil, failed
	} else if unread != nil || got.Token == "" || got.Seconds <= 0 {
		return nil, strange(unread, false)
	}
	until := commerce.InstantOf(s.Now().Add(time.Duration(got.Seconds) * time.Second))
	text, err := json.Marshal(signIn{Token: got.Token, Until: until})
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The sign-in cannot be kept.", "Try again.")
	}
	return map[string]string{channel.SignIn: string(text)}, nil
}

// refused sorts the errors of RFC 6749, 5.2.
func refused(code string) error {
	switch code {
	case "invalid_client":
		return fault.New(fault.Auth, vendor+" does not know this client identifier with this secret.",
			"Copy both anew from the LWA credentials of your app; a secret has to be renewed every 180 days.").InField(clientSecret)
	case "invalid_grant":
		return fault.New(fault.Auth, vendor+" does not accept the refresh token.", "Authorise your app again in Seller Central and paste the new one.").InField(refreshSecret)
	}
	return fault.New(fault.Auth, vendor+" refuses the sign-in.", "Look at your app in Seller Central, then authorise it again.")
}
