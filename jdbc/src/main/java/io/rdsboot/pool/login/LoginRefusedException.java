package io.rdsboot.pool.login;

import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.util.Optional;

import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.iam.IamTokenScope;
import org.jspecify.annotations.Nullable;

/**
 * A server refused to log a role in. Has the SQLSTATE of the driver's exception, and
 * knows who was refused, not with which password. Its cause is the driver's exception;
 * or, where newer credentials could not be looked for, the reason of that, and the
 * driver's exception is suppressed.
 */
public final class LoginRefusedException extends SQLInvalidAuthorizationSpecException {

	private static final long serialVersionUID = 1L;

	private final String username;

	private final transient @Nullable IamTokenScope tokenScope;

	LoginRefusedException(DatabaseCredentials refused, SQLException cause) {
		super(cause.getMessage(), cause.getSQLState(), cause);
		this.username = refused.username();
		this.tokenScope = IamTokenScope.of(refused.password()).orElse(null);
	}

	/**
	 * Create an exception for a refusal after which no other credentials could be looked
	 * for, which is then what is to be mended.
	 */
	LoginRefusedException(DatabaseCredentials refused, SQLException refusal, CredentialsUnavailableException cause) {
		super("The login of role '" + refused.username()
				+ "' was refused, and newer credentials could not be looked for: " + cause.getMessage(),
				refusal.getSQLState(), cause);
		addSuppressed(refusal);
		this.username = refused.username();
		this.tokenScope = null;
	}

	/**
	 * Return the role that was to be logged in.
	 */
	public String getUsername() {
		return this.username;
	}

	/**
	 * Return what the IAM token was signed for that the role came with, or empty if it
	 * came with a password.
	 */
	public Optional<IamTokenScope> getTokenScope() {
		return Optional.ofNullable(this.tokenScope);
	}

}
