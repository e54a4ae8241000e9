package io.rdsboot.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;
import software.amazon.awssdk.services.rds.model.GenerateAuthenticationTokenRequest;

/**
 * A client of the addresses of a cluster: pgjdbc that verifies certificates in full, and
 * the AWS SDK's tokens.
 */
final class AddressClient {

	private final LocalRdsCluster cluster;

	private final Path authority;

	AddressClient(LocalRdsCluster cluster, Path directory) throws IOException {
		this.cluster = cluster;
		this.authority = Files.writeString(directory.resolve("authority.pem"), cluster.certificateAuthority());
	}

	/**
	 * Makes a token of the application's role for an address.
	 */
	String token(LocalRdsAddress address) {
		return token(address, (request) -> {
		});
	}

	String token(LocalRdsAddress address, Consumer<GenerateAuthenticationTokenRequest.Builder> customizer) {
		return token(address,
				AwsBasicCredentials.create(this.cluster.aws().accessKeyId(), this.cluster.aws().secretAccessKey()),
				customizer);
	}

	String token(LocalRdsAddress address, AwsCredentials credentials,
			Consumer<GenerateAuthenticationTokenRequest.Builder> customizer) {
		GenerateAuthenticationTokenRequest.Builder request = GenerateAuthenticationTokenRequest.builder()
			.hostname(address.host())
			.port(address.port())
			.username(this.cluster.username())
			.region(Region.of(this.cluster.aws().region()))
			.credentialsProvider(StaticCredentialsProvider.create(credentials));
		customizer.accept(request);
		return RdsUtilities.builder().build().generateAuthenticationToken(request.build());
	}

	/**
	 * Logs in by a new token.
	 */
	Connection connect(LocalRdsAddress address, String... settings) throws SQLException {
		return login(address, this.cluster.username(), token(address), settings);
	}

	Connection login(LocalRdsAddress address, String username, String password, String... settings)
			throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("user", username);
		properties.setProperty("password", password);
		properties.setProperty("sslmode", "verify-full");
		properties.setProperty("sslrootcert", this.authority.toString());
		properties.setProperty("loginTimeout", "20");
		properties.setProperty("socketTimeout", "20");
		for (int i = 0; i < settings.length; i += 2) {
			properties.setProperty(settings[i], settings[i + 1]);
		}
		return DriverManager.getConnection(address.jdbcUrl(), properties);
	}

	/**
	 * Name of the instance that an address leads to at present.
	 */
	String instance(LocalRdsAddress address) throws SQLException {
		try (Connection connection = connect(address)) {
			return value(connection, "SHOW cluster_name");
		}
	}

	/**
	 * Names and IP addresses in the certificate that an address presents.
	 */
	List<String> certificateNames(LocalRdsAddress address) throws IOException, GeneralSecurityException {
		CertificateFactory factory = CertificateFactory.getInstance("X.509");
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		try (InputStream pem = Files.newInputStream(this.authority)) {
			trusted.setCertificateEntry("authority", factory.generateCertificate(pem));
		}
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, trust.getTrustManagers(), null);
		try (Socket plain = new Socket(address.host(), address.port())) {
			plain.getOutputStream().write(new byte[] { 0, 0, 0, 8, 4, (byte) 0xd2, 22, 47 });
			plain.getInputStream().read();
			SSLSocket socket = (SSLSocket) context.getSocketFactory()
				.createSocket(plain, address.host(), address.port(), true);
			X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
			return certificate.getSubjectAlternativeNames().stream().map((name) -> name.get(1).toString()).toList();
		}
	}

	static String value(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getString(1);
		}
	}

}
