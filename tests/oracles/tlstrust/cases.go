package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"log"
	"math/big"
	"net"
	"time"
)

// Case is a server's certificate, and what a client trusts.
type Case struct {
	Name    string
	Host    string
	Served  tls.Certificate
	Trusted []*x509.Certificate
}

const host = "minio.example.test"

// Made is a certificate with its key.
type Made struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// Change makes a certificate another one than the ordinary.
type Change func(*x509.Certificate)

var serial int64

func p256() crypto.Signer { return ec(elliptic.P256()) }

func ec(curve elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	must(err)
	return key
}

func rsaKey(bits int) crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	must(err)
	return key
}

func edKey() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	return key
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// sign makes a certificate; by itself where there is no issuer.
func sign(name string, issuer *Made, key crypto.Signer, changes ...Change) Made {
	serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
	}
	for _, change := range changes {
		change(template)
	}
	parent, signer := template, key
	if issuer != nil {
		parent, signer = issuer.cert, issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	must(err)
	cert, err := x509.ParseCertificate(der)
	must(err)
	return Made{cert, key}
}

func ca(name string, issuer *Made, changes ...Change) Made {
	return sign(name, issuer, p256(), append([]Change{isCA}, changes...)...)
}

func leaf(issuer *Made, changes ...Change) Made {
	return sign(host, issuer, p256(), append([]Change{server}, changes...)...)
}

func isCA(c *x509.Certificate) {
	c.BasicConstraintsValid, c.IsCA = true, true
	c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

func server(c *x509.Certificate) {
	c.DNSNames = []string{host}
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	c.KeyUsage = x509.KeyUsageDigitalSignature
}

func expired(c *x509.Certificate)  { c.NotAfter = time.Now().Add(-time.Minute) }
func notYet(c *x509.Certificate)   { c.NotBefore = time.Now().Add(30 * time.Minute) }
func anyUse(c *x509.Certificate)   { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }
func noUse(c *x509.Certificate)    { c.ExtKeyUsage = nil }
func noKeyUse(c *x509.Certificate) { c.KeyUsage = 0 }
func onlyCN(c *x509.Certificate)   { c.DNSNames = nil }
func toSign(c *x509.Certificate)   { c.KeyUsage = x509.KeyUsageDigitalSignature }
func notCA(c *x509.Certificate)    { c.IsCA = false }
func noBasics(c *x509.Certificate) { c.BasicConstraintsValid, c.IsCA = false, false }
func clientOnly(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
}
func bothUses(c *x509.Certificate) {
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
}
func critical(c *x509.Certificate) {
	odd := pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}
	c.ExtraExtensions = append(c.ExtraExtensions, odd)
}
func odd(c *x509.Certificate) {
	critical(c)
	c.ExtraExtensions[len(c.ExtraExtensions)-1].Critical = false
}
func named(names ...string) Change { return func(c *x509.Certificate) { c.DNSNames = names } }
func addressed(address string) Change {
	return func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, []net.IP{net.ParseIP(address)} }
}
func pathLen(n int) Change {
	return func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = n, n == 0 }
}
func permitted(names ...string) Change {
	return func(c *x509.Certificate) { c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, names }
}
func excluded(names ...string) Change {
	return func(c *x509.Certificate) { c.PermittedDNSDomainsCritical, c.ExcludedDNSDomains = true, names }
}

func serve(name, host string, trusted []Made, chain ...Made) Case {
	served := tls.Certificate{PrivateKey: chain[0].key}
	for _, made := range chain {
		served.Certificate = append(served.Certificate, made.cert.Raw)
	}
	one := Case{Name: name, Host: host, Served: served}
	for _, made := range trusted {
		one.Trusted = append(one.Trusted, made.cert)
	}
	return one
}

func cases() []Case {
	root := ca("root", nil)
	only := []Made{root}
	var all []Case
	add := func(one Case) { all = append(all, one) }

	// A certificate of its own kind, of the trusted issuer; then trusted itself, with and without its issuer; then signed by itself.
	for name, changes := range map[string][]Change{
		"plain":         {},
		"expired":       {expired},
		"not-yet":       {notYet},
		"client-only":   {clientOnly},
		"both-uses":     {bothUses},
		"any-use":       {anyUse},
		"no-use":        {noUse},
		"no-key-use":    {noUse, noKeyUse},
		"wrong-host":    {named("other.example.test")},
		"cn-only":       {onlyCN},
		"critical":      {critical},
		"odd":           {odd},
		"wildcard":      {named("*.example.test")},
		"wildcard-deep": {named("*.test")},
		"address":       {addressed("127.0.0.1")},
		"ca":            {isCA},
		"ca-expired":    {isCA, expired},
		"ca-client":     {isCA, clientOnly},
		"not-ca":        {isCA, notCA},
	} {
		of := leaf(&root, changes...)
		self := leaf(nil, changes...)
		add(serve(name+"-of-ca", host, only, of))
		add(serve(name+"-trusted", host, []Made{of}, of))
		add(serve(name+"-trusted-with-ca", host, []Made{root, of}, of))
		add(serve(name+"-self", host, []Made{self}, self))
		add(serve(name+"-self-untrusted", host, only, self))
	}

	for name, changes := range map[string][]Change{
		"plain": {}, "expired": {expired}, "not-yet": {notYet}, "client-only": {clientOnly}, "any-use": {anyUse}, "may-not-sign": {toSign},
		"no-key-use": {noKeyUse}, "not-ca": {notCA}, "no-basics": {noBasics}, "critical": {critical}, "path-0": {pathLen(0)}, "path-1": {pathLen(1)},
		"permitted": {permitted("example.test")}, "not-permitted": {permitted("example.org")}, "excluded": {excluded("example.test")},
	} {
		issuer := ca("issuer", nil, changes...)
		direct := leaf(&issuer)
		add(serve("root-"+name, host, []Made{issuer}, direct))
		below := ca("below", &issuer)
		add(serve("root-above-"+name, host, []Made{issuer}, leaf(&below), below))

		between := ca("between", &root, changes...)
		end := leaf(&between)
		add(serve("between-"+name, host, only, end, between))
		add(serve("between-trusted-"+name, host, []Made{between}, end))
		deeper := ca("deeper", &between)
		add(serve("between-above-"+name, host, only, leaf(&deeper), deeper, between))
		add(serve("between-missing-"+name, host, only, end))
	}

	for name, key := range map[string]crypto.Signer{
		"rsa-1024": rsaKey(1024), "rsa-2048": rsaKey(2048), "p384": ec(elliptic.P384()), "p521": ec(elliptic.P521()), "ed25519": edKey(),
	} {
		issuer := sign("issuer", nil, key, isCA)
		add(serve("signed-by-"+name, host, []Made{issuer}, leaf(&issuer)))
		add(serve("key-"+name, host, only, sign(host, &root, key, server)))
	}
	old := sign("old", nil, rsaKey(2048), isCA)
	add(serve("signed-by-sha1", host, []Made{old}, leaf(&old, func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA })))

	twin := ca("root", nil)
	add(serve("another-ca-of-that-name", host, only, leaf(&twin)))
	add(serve("both-cas-of-that-name", host, []Made{root, twin}, leaf(&twin)))
	late := sign("root", nil, root.key, isCA, expired)
	add(serve("an-expired-ca-of-the-same-key", host, []Made{late}, leaf(&root)))
	add(serve("an-expired-ca-of-the-same-key-beside", host, []Made{late, root}, leaf(&root)))
	other := sign(host, &root, p256(), server)
	add(serve("another-leaf-is-trusted", host, []Made{other}, leaf(&root)))

	byAddress := leaf(&root, addressed("127.0.0.1"))
	add(serve("address", "127.0.0.1", only, byAddress))
	add(serve("address-as-name", "127.0.0.1", only, leaf(&root, named("127.0.0.1"))))
	add(serve("another-address", "127.0.0.1", only, leaf(&root, addressed("127.0.0.2"))))
	add(serve("upper-case", "MINIO.example.test", only, leaf(&root)))
	add(serve("upper-case-in-it", host, only, leaf(&root, named("MINIO.Example.test"))))
	add(serve("below-the-wildcard", "a.b.example.test", only, leaf(&root, named("*.example.test"))))
	add(serve("wildcard-itself", "example.test", only, leaf(&root, named("*.example.test"))))
	add(serve("wildcard-within", "minio-1.example.test", only, leaf(&root, named("minio-*.example.test"))))
	add(serve("underscore", "minio_1.example.test", only, leaf(&root, named("minio_1.example.test"))))
	add(serve("dot-at-the-end", host+".", only, leaf(&root)))
	add(serve("nobody-is-trusted-but-another", host, []Made{twin}, leaf(&root)))
	return all
}
