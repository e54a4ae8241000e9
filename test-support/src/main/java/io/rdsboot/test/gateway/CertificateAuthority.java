package io.rdsboot.test.gateway;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority that nobody trusts unless told to. Immutable.
 */
public final class CertificateAuthority {

	private static final Duration VALIDITY = Duration.ofDays(30);

	/** For clients whose clock is not that of this machine. */
	private static final Duration SLACK = Duration.ofDays(1);

	private final X500Name name;

	private final KeyPair keys;

	private final X509Certificate certificate;

	private final Instant createdAt;

	/**
	 * Makes an authority with a key of its own.
	 * @param name its common name
	 * @param now the time
	 */
	public CertificateAuthority(String name, Instant now) {
		this.name = new X500Name("CN=" + name);
		this.keys = newKeys();
		this.createdAt = now;
		try {
			X509v3CertificateBuilder builder = builder(this.name, this.keys, now.plus(VALIDITY));
			builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
			builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
			this.certificate = sign(builder);
		}
		catch (IOException | GeneralSecurityException | OperatorCreationException ex) {
			throw new IllegalStateException("Could not make the certificate authority '%s'".formatted(name), ex);
		}
	}

	private static KeyPair newKeys() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec("secp256r1"));
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This Java platform makes no keys on the curve secp256r1", ex);
		}
	}

	private X509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKeys, Instant notAfter) {
		return new JcaX509v3CertificateBuilder(this.name, new BigInteger(64, new SecureRandom()),
				Date.from(this.createdAt.minus(SLACK.multipliedBy(2))), Date.from(notAfter), subject,
				subjectKeys.getPublic());
	}

	private X509Certificate sign(X509v3CertificateBuilder builder)
			throws OperatorCreationException, GeneralSecurityException {
		return new JcaX509CertificateConverter().getCertificate(
				builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(this.keys.getPrivate())));
	}

	/**
	 * The authority's own certificate, which clients must trust.
	 * @return the certificate as PEM text
	 */
	public String pem() {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			writer.writeObject(this.certificate);
		}
		catch (IOException ex) {
			throw new IllegalStateException("Could not write the certificate of %s".formatted(this.name), ex);
		}
		return text.toString();
	}

	/**
	 * Makes a server's certificate that is valid now.
	 * @param hosts names and IP addresses of the server
	 * @return what a server needs to present it
	 */
	public SSLContext issue(List<String> hosts) {
		return issue(hosts, this.createdAt.plus(VALIDITY));
	}

	/**
	 * Makes a server's certificate that was valid until yesterday.
	 * @param hosts names and IP addresses of the server
	 * @return what a server needs to present it
	 */
	public SSLContext issueExpired(List<String> hosts) {
		return issue(hosts, this.createdAt.minus(SLACK));
	}

	private SSLContext issue(List<String> hosts, Instant notAfter) {
		KeyPair serverKeys = newKeys();
		try {
			X509v3CertificateBuilder builder = builder(new X500Name("CN=" + hosts.get(0)), serverKeys, notAfter);
			builder.addExtension(Extension.subjectAlternativeName, false,
					new GeneralNames(hosts.stream().map(CertificateAuthority::name).toArray(GeneralName[]::new)));
			builder.addExtension(Extension.extendedKeyUsage, false,
					new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
			return context(serverKeys, sign(builder));
		}
		catch (IOException | GeneralSecurityException | OperatorCreationException ex) {
			throw new IllegalStateException("Could not make a certificate for %s".formatted(hosts), ex);
		}
	}

	private static GeneralName name(String host) {
		boolean address = host.contains(":") || host.matches("[0-9.]+");
		return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
	}

	private SSLContext context(KeyPair serverKeys, X509Certificate serverCertificate)
			throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		char[] none = {};
		store.setKeyEntry("server", serverKeys.getPrivate(), none,
				new Certificate[] { serverCertificate, this.certificate });
		KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		factory.init(store, none);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(factory.getKeyManagers(), null, null);
		return context;
	}

}
