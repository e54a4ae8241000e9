package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.rdsboot.test.process.LocalRdsException;
import org.postgresql.util.PasswordUtil;

/**
 * The password of the superuser in a data directory, of which the server keeps what
 * SCRAM-SHA-256 makes of it: a text of fixed length in a row of {@code pg_authid}. Copies
 * of a data directory have it in common until it is written, and the first logins to
 * their servers find the one that was.
 * <p>
 * The pages of the table must have no checksums.
 */
public final class SuperuserPassword {

	/** The table's file is named by its id until somebody rewrites the table. */
	private static final String ROLES = "global/1260";

	/** Salt, stored key and server key, in Base64. */
	private static final Pattern VERIFIER = Pattern
		.compile("SCRAM-SHA-256\\$4096:[0-9A-Za-z+/=]{24}\\$[0-9A-Za-z+/=]{44}:[0-9A-Za-z+/=]{44}");

	private final String verifier;

	private SuperuserPassword(String verifier) {
		this.verifier = verifier;
	}

	/**
	 * Encodes a password.
	 * @param login the superuser's login
	 * @return the password as the server keeps it
	 */
	public static SuperuserPassword of(Login login) {
		try {
			String verifier = PasswordUtil.encodePassword(login.username(), login.password().toCharArray(),
					"scram-sha-256");
			if (!VERIFIER.matcher(verifier).matches()) {
				throw new LocalRdsException("pgjdbc encodes passwords in another form than PostgreSQL");
			}
			return new SuperuserPassword(verifier);
		}
		catch (SQLException ex) {
			throw new LocalRdsException("Could not encode the password of '%s'".formatted(login.username()), ex);
		}
	}

	/**
	 * Gives the superuser this password.
	 * @param data the data of a server that was shut down in order, or never started,
	 * with no other role that has a password
	 * @throws IOException when the directory cannot be read and written
	 * @throws LocalRdsException when the file does not look as described above
	 */
	public void write(Path data) throws IOException {
		Path file = data.resolve(ROLES);
		// A character for each byte.
		String roles = Files.readString(file, StandardCharsets.ISO_8859_1);
		Matcher matcher = VERIFIER.matcher(roles);
		if (!matcher.find()) {
			throw new LocalRdsException(
					"%s has no SCRAM-SHA-256 verifier where PostgreSQL 13 and later have it".formatted(file));
		}
		// Also in rows that initdb has left behind, so that the former one is gone.
		Files.writeString(file, matcher.replaceAll(Matcher.quoteReplacement(this.verifier)),
				StandardCharsets.ISO_8859_1, StandardOpenOption.WRITE);
	}

}
