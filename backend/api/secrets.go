package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"tradepost/backend/fault"
	"tradepost/backend/secret"
)

// Secrets is where passwords and keys stand; never what they are.
type Secrets struct {
	State        string `json:"state" enum:"empty,open,locked,missing"`
	Keeper       string `json:"keeper" enum:",keyring,passphrase,file"`
	Count        int    `json:"count" doc:"How many are kept."`
	KeyringWorks bool   `json:"keyring_works"`
	Words        string `json:"words"`
	Remedy       string `json:"remedy"`
}

func (s *server) registerSecrets(spec huma.API) {
	const tag, path = "Workspace", "/api/v1/secrets"
	get(spec, path, about{"get-secrets", "Where passwords and keys stand", tag, "settings:read"}, s.secrets)
	post(spec, path+"/unlock", http.StatusOK, about{"unlock-secrets", "Open them with their passphrase", tag, "settings:write"}, s.unlockSecrets)
	post(spec, path+"/keeper", http.StatusOK, about{"keep-secrets", "Choose who keeps their key: keyring, passphrase, or a file in the workspace", tag, "settings:write"}, s.keepSecrets)
	post(spec, path+"/forget", http.StatusOK, about{"forget-secrets", "Remove them all, with their key", tag, "settings:write"}, s.forgetSecrets)
}

func (s *server) secrets(ctx context.Context, _ *none) (*reply[Secrets], error) {
	status, err := s.Secrets.Status(ctx)
	return ok(Secrets{State: string(status.State), Keeper: string(status.Keeper), Count: len(status.Names), KeyringWorks: status.KeyringWorks,
		Words: status.Words, Remedy: status.Remedy}, err)
}

func (s *server) unlockSecrets(ctx context.Context, in *struct {
	Body struct {
		Passphrase string `json:"passphrase" writeOnly:"true"`
	}
}) (*reply[Secrets], error) {
	if err := s.Secrets.Unlock(ctx, in.Body.Passphrase); err != nil {
		return nil, err
	}
	return s.secrets(ctx, nil)
}

func (s *server) keepSecrets(ctx context.Context, in *struct {
	Body struct {
		Keeper     string `json:"keeper" enum:"keyring,passphrase,file"`
		Passphrase string `json:"passphrase,omitempty" writeOnly:"true"`
		Consent    bool   `json:"consent,omitempty" doc:"file: that whoever can read the workspace folder can read the passwords."`
	}
}) (*reply[Secrets], error) {
	var err error
	switch secret.Keeper(in.Body.Keeper) {
	case secret.ByPassphrase:
		err = s.Secrets.UsePassphrase(ctx, in.Body.Passphrase)
	case secret.ByFile:
		if !in.Body.Consent {
			return nil, fault.New(fault.Invalid, "A key file needs your consent: whoever can read the workspace folder can then read the passwords.",
				"Agree to it, or choose a passphrase.").InField("consent")
		}
		err = s.Secrets.UseKeyFile(ctx)
	default:
		err = s.Secrets.UseKeyring(ctx)
	}
	if err != nil {
		return nil, err
	}
	return s.secrets(ctx, nil)
}

func (s *server) forgetSecrets(ctx context.Context, _ *none) (*reply[Secrets], error) {
	if err := s.Secrets.Forget(ctx); err != nil {
		return nil, err
	}
	return s.secrets(ctx, nil)
}
