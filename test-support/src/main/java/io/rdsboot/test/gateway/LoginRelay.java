package io.rdsboot.test.gateway;

import java.io.IOException;
import java.util.Map;

import io.rdsboot.test.aws.TokenRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The login of one session. The server itself says who is in {@code rds_iam}: it asks
 * these roles, and no others, for a password in clear text.
 */
final class LoginRelay {

	private static final String INVALID_AUTHORIZATION = "28000";

	private static final String INVALID_PASSWORD = "28P01";

	private final Gateway gateway;

	private final ServerConnection server;

	private final ClientStreams client;

	private final InitialPacket start;

	private final String role;

	private @Nullable String cancelKey;

	/**
	 * Creates the login.
	 * @param gateway where the client logs in
	 * @param server an open connection on which nothing has been sent
	 * @param client the client
	 * @param start its request to log in
	 */
	LoginRelay(Gateway gateway, ServerConnection server, ClientStreams client, InitialPacket start) {
		this.gateway = gateway;
		this.server = server;
		this.client = client;
		this.start = start;
		this.role = start.parameters().getOrDefault("user", "");
	}

	/**
	 * Key by which the session can be canceled.
	 * @return the key, or {@code null} when the server has given out none
	 */
	@Nullable String cancelKey() {
		return this.cancelKey;
	}

	/**
	 * Refuses a client without TLS, as RDS does unless {@code rds.force_ssl} is off.
	 */
	void refuseUnencrypted() throws IOException {
		Map<String, String> parameters = this.start.parameters();
		refusal("no pg_hba.conf entry for host \"%s\", user \"%s\", database \"%s\", no encryption".formatted(
				this.client.socket().getInetAddress().getHostAddress(), this.role,
				parameters.getOrDefault("database", this.role)), "'%s' logs in without TLS".formatted(this.role))
			.writeTo(this.client.output());
	}

	/**
	 * Relays the messages of the login, until the session is ready or has been refused.
	 * @return whether the session is ready
	 */
	boolean relay() throws IOException {
		this.start.writeTo(this.server.output());
		Packet answer = Packet.read(this.server.input());
		while (!answer.isReady()) {
			answer.writeTo(this.client.output());
			if (answer.isError()) {
				return false;
			}
			if (answer.isCancelKey()) {
				this.cancelKey = answer.hex();
				this.gateway.cancelKeys().add(this.cancelKey, this.server.address());
			}
			if (answer.isCleartextRequest()) {
				answer = authorize(Packet.read(this.client.input()).text());
			}
			else {
				if (answer.awaitsReply()) {
					Packet.read(this.client.input()).writeTo(this.server.output());
				}
				answer = Packet.read(this.server.input());
			}
		}
		answer.writeTo(this.client.output());
		return true;
	}

	private Packet authorize(String token) throws IOException {
		try {
			this.gateway.logins().tokens().verify(token, this.gateway.signedAddress(), this.role);
			return logIn();
		}
		catch (TokenRefusedException ex) {
			return pamFailure(ex.getMessage());
		}
		catch (RuntimeException ex) {
			return pamFailure("The token of '%s' is good, and no password could be set to log in with: %s"
				.formatted(this.role, ex.getMessage()));
		}
	}

	/** Logs in for an accepted token. */
	private Packet logIn() throws IOException {
		RolePasswords passwords = this.gateway.logins().passwords();
		String known = passwords.get(this.role);
		if (known != null) {
			Packet answer = answerTo(known);
			if (!answer.isError(INVALID_PASSWORD)) {
				return answer;
			}
		}
		String renewed = passwords.renew(this.role, known);
		// The server's process holds the role as it was when it asked for the password.
		this.server.open();
		this.start.writeTo(this.server.output());
		Packet answer = Packet.read(this.server.input());
		while (!answer.isCleartextRequest() && !answer.isError()) {
			answer = Packet.read(this.server.input());
		}
		return answer.isError() ? answer : answerTo(renewed);
	}

	private Packet answerTo(String password) throws IOException {
		Packet.password(password).writeTo(this.server.output());
		return Packet.read(this.server.input());
	}

	private Packet pamFailure(@Nullable String reason) {
		return refusal("PAM authentication failed for user \"%s\"".formatted(this.role), reason);
	}

	private Packet refusal(String message, @Nullable String reason) {
		this.gateway.refused(reason);
		return Packet.fatal(INVALID_AUTHORIZATION, message);
	}

}
