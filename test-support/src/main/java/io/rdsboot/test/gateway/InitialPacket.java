package io.rdsboot.test.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A message with which a client begins: it has a code where others have a letter.
 *
 * @param code the kind of the message
 * @param body what follows the code
 */
@SuppressWarnings("ArrayRecordComponent")
record InitialPacket(int code, byte[] body) {

	private static final int CANCEL = 80877102;

	private static final int TLS = 80877103;

	private static final int GSS = 80877104;

	/** As PostgreSQL has it. */
	private static final int LONGEST = 10_000;

	private static final int HEADER = 2 * Integer.BYTES;

	/**
	 * Reads a message.
	 * @param input where it comes from
	 * @return the message
	 * @throws IOException when there is none, or TLS begins without a question
	 */
	static InitialPacket read(InputStream input) throws IOException {
		DataInputStream data = new DataInputStream(input);
		int length = data.readInt();
		if (length < HEADER || length > LONGEST) {
			throw new IOException("A first message of %d bytes is not PostgreSQL's protocol".formatted(length));
		}
		int code = data.readInt();
		byte[] body = new byte[length - HEADER];
		data.readFully(body);
		return new InitialPacket(code, body);
	}

	static InitialPacket tlsRequest() {
		return new InitialPacket(TLS, new byte[0]);
	}

	void writeTo(OutputStream output) throws IOException {
		output.write(ByteBuffer.allocate(HEADER + this.body.length)
			.putInt(HEADER + this.body.length)
			.putInt(this.code)
			.put(this.body)
			.array());
		output.flush();
	}

	boolean isTlsRequest() {
		return this.code == TLS;
	}

	boolean isGssRequest() {
		return this.code == GSS;
	}

	boolean isCancelRequest() {
		return this.code == CANCEL;
	}

	/**
	 * What names the session to cancel: its process and its secret, as the server has
	 * given them out.
	 * @return the key
	 */
	String cancelKey() {
		return HexFormat.of().formatHex(this.body);
	}

	/**
	 * Parameters of a request to log in.
	 * @return values by name
	 */
	Map<String, String> parameters() {
		String[] texts = new String(this.body, StandardCharsets.UTF_8).split("\0", -1);
		Map<String, String> parameters = new HashMap<>();
		for (int i = 0; i + 1 < texts.length; i += 2) {
			parameters.put(texts[i], texts[i + 1]);
		}
		return parameters;
	}

	@Override
	public String toString() {
		return "InitialPacket[%d, %d bytes]".formatted(this.code, this.body.length);
	}

}
