package io.rdsboot.test.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A message of PostgreSQL's protocol after the initial one, as far as a login needs it.
 *
 * @param type the letter that it begins with
 * @param body what follows the length
 * @see <a href=
 * "https://www.postgresql.org/docs/current/protocol-message-formats.html">the formats of
 * messages</a>
 */
@SuppressWarnings("ArrayRecordComponent")
record Packet(char type, byte[] body) {

	private static final int AUTHENTICATION_OK = 0;

	private static final int CLEARTEXT_PASSWORD = 3;

	private static final int SASL_FINAL = 12;

	/** No message of a login is longer: one that claims to be is none. */
	private static final int LONGEST = 1 << 16;

	/**
	 * Reads a message.
	 * @param input where it comes from
	 * @return the message
	 * @throws IOException when there is none, or none that can be part of a login
	 */
	static Packet read(InputStream input) throws IOException {
		DataInputStream data = new DataInputStream(input);
		char type = (char) data.readUnsignedByte();
		int length = data.readInt() - Integer.BYTES;
		if (length < 0 || length > LONGEST) {
			throw new IOException("A message '%s' of %d bytes is not part of a login".formatted(type, length));
		}
		byte[] body = new byte[length];
		data.readFully(body);
		return new Packet(type, body);
	}

	/**
	 * Makes the password message.
	 * @param password the password
	 * @return the message
	 */
	static Packet password(String password) {
		return new Packet('p', (password + '\0').getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Makes the error that ends a session.
	 * @param sqlState the SQLSTATE
	 * @param message what the client may know
	 * @return the message
	 */
	static Packet fatal(String sqlState, String message) {
		return new Packet('E',
				"SFATAL\0VFATAL\0C%s\0M%s\0\0".formatted(sqlState, message).getBytes(StandardCharsets.UTF_8));
	}

	void writeTo(OutputStream output) throws IOException {
		// In one piece: each write would be a packet of the network and a record of TLS.
		output.write(ByteBuffer.allocate(1 + Integer.BYTES + this.body.length)
			.put((byte) this.type)
			.putInt(Integer.BYTES + this.body.length)
			.put(this.body)
			.array());
		output.flush();
	}

	boolean isCleartextRequest() {
		return this.type == 'R' && authentication() == CLEARTEXT_PASSWORD;
	}

	/**
	 * Whether the server waits for a message of the client before it goes on.
	 * @return whether this is a request for authentication
	 */
	boolean awaitsReply() {
		return this.type == 'R' && authentication() != AUTHENTICATION_OK && authentication() != SASL_FINAL;
	}

	boolean isError() {
		return this.type == 'E';
	}

	/**
	 * Whether this is an error of one kind.
	 * @param sqlState the SQLSTATE
	 * @return whether it is that error
	 */
	boolean isError(String sqlState) {
		return isError() && new String(this.body, StandardCharsets.UTF_8).contains("\0C" + sqlState + "\0");
	}

	boolean isCancelKey() {
		return this.type == 'K';
	}

	boolean isReady() {
		return this.type == 'Z';
	}

	/**
	 * Text up to the zero byte that ends it.
	 * @return the body as text
	 */
	String text() {
		String text = new String(this.body, StandardCharsets.UTF_8);
		int end = text.indexOf('\0');
		return (end < 0) ? text : text.substring(0, end);
	}

	/**
	 * The body in hexadecimal digits.
	 * @return the body
	 */
	String hex() {
		return HexFormat.of().formatHex(this.body);
	}

	private int authentication() {
		return (this.body.length < Integer.BYTES) ? -1 : ByteBuffer.wrap(this.body).getInt();
	}

	/** Never the body: it may be a password. */
	@Override
	public String toString() {
		return "Packet[%s, %d bytes]".formatted(this.type, this.body.length);
	}

}
