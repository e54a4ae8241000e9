package io.rdsboot.test.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Map;

import io.rdsboot.test.aws.TokenRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The login of one session. The server itself says who is in {@code rds_iam}: it asks
 * these roles, and no others, for a password in clear text.
 */
final class LoginRelay {

	private static final String INVALID_AUTHORIZATION = "28000";

	private final Gateway gateway;

	private final ServerAddress target;

	private final InputStream answers;

	private final OutputStream questions;

	private @Nullable String cancelKey;

	LoginRelay(Gateway gateway, ServerAddress target, Socket server) throws IOException {
		this.gateway = gateway;
		this.target = target;
		this.answers = server.getInputStream();
		this.questions = server.getOutputStream();
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
	 * @param client the client
	 * @param start its request to log in
	 */
	void refuseUnencrypted(ClientStreams client, InitialPacket start) throws IOException {
		Map<String, String> parameters = start.parameters();
		String user = parameters.getOrDefault("user", "");
		refuse(client,
				"no pg_hba.conf entry for host \"%s\", user \"%s\", database \"%s\", no encryption".formatted(
						client.socket().getInetAddress().getHostAddress(), user,
						parameters.getOrDefault("database", user)),
				"'%s' logs in without TLS".formatted(user));
	}

	/**
	 * Relays the messages of a login, until the session is ready or has been refused.
	 * @param client the client
	 * @param start its request to log in
	 * @return whether the session is ready
	 */
	boolean relay(ClientStreams client, InitialPacket start) throws IOException {
		String role = start.parameters().getOrDefault("user", "");
		start.writeTo(this.questions);
		boolean iam = false;
		while (true) {
			Packet answer = Packet.read(this.answers);
			if (answer.isCleartextRequest()) {
				iam = true;
				answer.writeTo(client.output());
				String refusal = refusal(Packet.read(client.input()).text(), role);
				if (refusal != null) {
					refuse(client, "PAM authentication failed for user \"%s\"".formatted(role), refusal);
					return false;
				}
				continue;
			}
			if (answer.isError() && iam) {
				this.gateway.logins().passwords().forget(role);
				this.gateway.refused("The token of '%s' is good, and the server refuses the session".formatted(role));
			}
			remember(answer);
			answer.writeTo(client.output());
			if (answer.isError()) {
				return false;
			}
			if (answer.isReady()) {
				return true;
			}
			if (answer.awaitsReply()) {
				Packet.read(client.input()).writeTo(this.questions);
			}
		}
	}

	private void remember(Packet answer) {
		if (answer.isCancelKey()) {
			String key = answer.hex();
			this.cancelKey = key;
			this.gateway.cancelKeys().add(key, this.target);
		}
	}

	/** Logs in for an accepted token. */
	private @Nullable String refusal(String token, String role) throws IOException {
		try {
			this.gateway.logins().tokens().verify(token, this.gateway.signedAddress(), role);
			Packet.password(this.gateway.logins().passwords().get(role)).writeTo(this.questions);
			return null;
		}
		catch (TokenRefusedException ex) {
			return ex.getMessage();
		}
		catch (RuntimeException ex) {
			return "The token of '%s' is good, and no password could be set to log in with: %s".formatted(role,
					ex.getMessage());
		}
	}

	private void refuse(ClientStreams client, String message, @Nullable String reason) throws IOException {
		this.gateway.refused((reason != null) ? reason : message);
		Packet.fatal(INVALID_AUTHORIZATION, message).writeTo(client.output());
	}

}
