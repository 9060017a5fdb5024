package amazon

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"tradepost/backend/channel"
	"tradepost/backend/fault"
)

// queue is a queue of the merchant's own at AWS (SQS), spoken to by its JSON protocol
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html).
type queue struct {
	s      channel.Session
	url    string
	base   string
	region string
}

// queueOf is the queue of a connection; ok is false where it has none.
func queueOf(s channel.Session) (q queue, ok bool) {
	at, err := url.Parse(s.Option(channel.QueueOption))
	if err != nil || at.Host == "" {
		return queue{}, false
	}
	return queue{s: s, url: at.String(), base: at.Scheme + "://" + at.Host + "/", region: regionOf(at.Hostname())}, true
}

// regionOf reads AWS's region from an address like sqs.eu-west-1.amazonaws.com.
func regionOf(host string) string {
	if parts := strings.Split(host, "."); len(parts) > 3 && parts[0] == "sqs" {
		return parts[1]
	}
	return "us-east-1"
}

// unkeyed tells what of the queue's key is missing; nil is nothing.
func (q queue) unkeyed() error {
	const remedy = "AWS shows it when an access key is made; clear the queue to go without it."
	if q.s.Option(queueKeyOption) == "" {
		return fault.New(fault.Invalid, "The access key of the queue is missing.", remedy).InField(queueKeyOption)
	}
	if q.s.Secret(queueSecret) == "" {
		return fault.New(fault.Invalid, "The secret access key of the queue is missing.", remedy).InField(queueSecret)
	}
	return nil
}

// call makes one call of the queue. A queue holds news alone, so none of its calls writes anything that counts.
func (q queue) call(ctx context.Context, action string, body, target any) error {
	if err := q.unkeyed(); err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "A call to AWS cannot be written.", "Look at the address of the queue.").InField(channel.QueueOption)
	}
	answer, err := q.s.Do(ctx, channel.Call{Method: http.MethodPost, URL: q.base, Body: text, Bucket: queueBucket, Sign: q.sign,
		Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}, "X-Amz-Target": {"AmazonSQS." + action}, "User-Agent": {agent}}})
	if err != nil {
		return err
	}
	if refused := q.judge(answer); refused != nil {
		return refused
	}
	if err := json.Unmarshal(answer.Body, target); err != nil {
		return fault.Wrap(err, fault.Unavailable, "What answered does not speak as a queue of AWS does.", "Look at the address of the queue if it lasts.")
	}
	return nil
}

// sign makes a call that holds for some minutes, by AWS's fourth way of signing.
func (q queue) sign(call channel.Call) channel.Call {
	request, err := http.NewRequest(call.Method, call.URL, bytes.NewReader(call.Body)) //nolint:noctx // it is never made
	if err != nil {
		return call
	}
	request.Header = call.Header.Clone()
	sum := sha256.Sum256(call.Body)
	key := aws.Credentials{AccessKeyID: q.s.Option(queueKeyOption), SecretAccessKey: q.s.Secret(queueSecret)}
	if err := v4.NewSigner().SignHTTP(context.Background(), key, request, hex.EncodeToString(sum[:]), "sqs", q.region, q.s.Now()); err != nil {
		return call
	}
	call.Header = request.Header
	return call
}

// judge sorts an answer that is no success. What AWS refuses is never the sign-in at Amazon.
func (q queue) judge(answer channel.Answer) error {
	var said struct {
		Type string `json:"__type"`
	}
	_ = json.Unmarshal(answer.Body, &said)
	switch {
	case answer.Status == http.StatusOK:
		return nil
	case strings.HasSuffix(said.Type, "QueueDoesNotExist"):
		return fault.New(fault.Invalid, "AWS has no queue at this address.", "Copy the queue's URL anew from the AWS console.").InField(channel.QueueOption)
	case answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized || strings.Contains(said.Type, "AccessDenied") || strings.Contains(said.Type, "Signature"):
		return fault.New(fault.Permission, "AWS does not let this access key read the queue.",
			"Give the key the rights sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes on it; and see that the clock of this computer is right.").InField(queueKeyOption)
	}
	if failed := channel.Classify(answer, "AWS", false, q.s.Now()); failed != nil {
		return failed
	}
	return fault.New(fault.Unavailable, "AWS answers what is no success.", "Tradepost asks again by itself.")
}

// name is AWS's own name of the queue (its ARN), by which Amazon has to be told of it.
func (q queue) name(ctx context.Context) (string, error) {
	var got struct {
		Attributes struct {
			QueueArn string `json:"QueueArn"`
		} `json:"Attributes"`
	}
	err := q.call(ctx, "GetQueueAttributes", map[string]any{"QueueUrl": q.url, "AttributeNames": []string{"QueueArn"}}, &got)
	return got.Attributes.QueueArn, err
}

// letter is what lies in the queue.
type letter struct {
	ID      string `json:"MessageId"`
	Receipt string `json:"ReceiptHandle"`
	Body    string `json:"Body"`
}

// receive takes up to ten letters, which nobody else gets for a while.
func (q queue) receive(ctx context.Context) ([]letter, error) {
	var got struct {
		Messages []letter `json:"Messages"`
	}
	err := q.call(ctx, "ReceiveMessage", map[string]any{"QueueUrl": q.url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1}, &got)
	return got.Messages, err
}

// remove takes letters off the queue. One that stays comes again, which does no harm.
func (q queue) remove(ctx context.Context, receipts []string) error {
	type entry struct {
		ID      string `json:"Id"`
		Receipt string `json:"ReceiptHandle"`
	}
	entries := make([]entry, len(receipts))
	for i, receipt := range receipts {
		entries[i] = entry{"r" + string(rune('0'+i%10)), receipt}
	}
	var anything json.RawMessage
	return q.call(ctx, "DeleteMessageBatch", map[string]any{"QueueUrl": q.url, "Entries": entries}, &anything)
}
