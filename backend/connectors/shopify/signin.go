package shopify

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// signIn is a token of the client credentials grant with its end, as it is kept
// (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant).
type signIn struct {
	Token string    `json:"token"`
	Ends  time.Time `json:"ends"`
}

// early is how long before its end a token is replaced: calls take their time.
const early = 10 * time.Minute

func kept(s channel.Session) (in signIn) {
	_ = json.Unmarshal([]byte(s.Secret(channel.SignIn)), &in)
	return in
}

// token is what calls are signed with.
func token(s channel.Session) (string, error) {
	if s.Option(authOption) == byToken {
		if s.Secret(tokenSecret) == "" {
			return "", fault.New(fault.Auth, "There is no access token.", "Give the one that starts with shpat_.").InField(tokenSecret)
		}
		return s.Secret(tokenSecret), nil
	}
	in := kept(s)
	if in.Token == "" {
		return "", fault.New(fault.Auth, "There is no sign-in at "+vendor+" yet.", "Sign in with the app's client ID and client secret.")
	}
	return in.Token, nil
}

// Lapsed tells that a token has come to its end, or nearly.
func (connector) Lapsed(s channel.Session) bool {
	if s.Option(authOption) == byToken {
		return false
	}
	in := kept(s)
	return in.Token == "" || !s.Now().Add(early).Before(in.Ends)
}

// Refresh gets a token for client ID and secret. An access token of an older app cannot be refreshed: a person has to make a new one.
func (connector) Refresh(ctx context.Context, s channel.Session) (map[string]string, error) {
	if s.Option(authOption) == byToken {
		return nil, refusedToken()
	}
	base, err := address(s)
	if err != nil {
		return nil, err
	}
	id, secret := s.Option(idOption), s.Secret(secretSecret)
	if id == "" || secret == "" {
		return nil, fault.New(fault.Auth, "Client ID or client secret is missing.", "Settings of the app in the Dev Dashboard shows both.").InField(secretSecret)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {secret}}
	answer, err := s.Do(ctx, channel.Call{
		Method: http.MethodPost, URL: base + "/admin/oauth/access_token", Body: []byte(form.Encode()), Bucket: bucket,
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}},
	})
	if err != nil {
		return nil, err
	}
	return granted(answer, s.Now())
}

func refusedToken() error {
	return fault.New(fault.Auth, vendor+" does not accept the access token.", "Copy it again, or make an app in the Dev Dashboard and sign in with that.").InField(tokenSecret)
}

// granted reads the answer of the grant. Its times are told as a distance, so the vendor's clock does not count.
func granted(answer channel.Answer, now time.Time) (map[string]string, error) {
	var said struct {
		Token   string `json:"access_token"`
		Seconds int64  `json:"expires_in"`
		Error   string `json:"error"`
	}
	err := json.Unmarshal(answer.Body, &said)
	if err == nil && said.Error != "" {
		return nil, refusedGrant(said.Error)
	}
	if failed := statusFault(answer, false, now); failed != nil {
		return nil, failed
	}
	if err != nil || answer.Status != http.StatusOK || said.Token == "" {
		return nil, strange(err, false)
	}
	if said.Seconds <= 0 {
		said.Seconds = 24 * 3600
	}
	text, err := json.Marshal(signIn{Token: said.Token, Ends: now.Add(time.Duration(said.Seconds) * time.Second).UTC()})
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The sign-in cannot be kept.", "")
	}
	return map[string]string{channel.SignIn: string(text)}, nil
}

// refusedGrant says what the codes of the grant mean.
func refusedGrant(code string) error {
	switch code {
	case "shop_not_permitted":
		return fault.New(fault.Auth, "This app and this shop belong to different organisations at "+vendor+".",
			"Make the app in the Dev Dashboard of the organisation that owns the shop.").InField(idOption)
	case "app_not_installed":
		return fault.New(fault.Auth, "The app is not installed in this shop.", "In the Dev Dashboard choose Install app and pick the shop.").InField(shopOption)
	case "application_cannot_be_found":
		return fault.New(fault.Auth, vendor+" knows no app of this client ID.", "Copy it from Settings of the app in the Dev Dashboard.").InField(idOption)
	}
	return fault.New(fault.Auth, vendor+" does not accept client ID and client secret.", "Copy both from Settings of the app in the Dev Dashboard.").InField(secretSecret)
}
