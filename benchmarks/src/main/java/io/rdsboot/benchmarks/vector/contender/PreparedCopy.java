package io.rdsboot.benchmarks.vector.contender;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.vector.data.Row;
import org.postgresql.PGConnection;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends a COPY stream that was made beforehand: the least that a load can take.
 */
public final class PreparedCopy implements VectorContender.Call, AutoCloseable {

	private static final byte[] SIGNATURE = { 'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0 };

	private static final int BUFFER_SIZE = 64 * 1024;

	private final HikariDataSource pool;

	private final String statement;

	private final byte[] bytes;

	public PreparedCopy(VectorDatabase database, StoredTable table, List<Row> rows) {
		this.pool = database.pool();
		this.statement = "COPY %s (id, embedding, content, metadata) FROM STDIN (FORMAT binary)"
			.formatted(table.name());
		this.bytes = encode(rows);
	}

	static byte[] encode(List<Row> rows) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (DataOutputStream out = new DataOutputStream(bytes)) {
			out.write(SIGNATURE);
			out.writeInt(0);
			out.writeInt(0);
			JsonMapper mapper = new JsonMapper();
			for (Row row : rows) {
				out.writeShort(4);
				out.writeInt(16);
				out.writeLong(row.id().getMostSignificantBits());
				out.writeLong(row.id().getLeastSignificantBits());
				write(row.embedding(), out);
				byte[] content = row.content().getBytes(StandardCharsets.UTF_8);
				out.writeInt(content.length);
				out.write(content);
				byte[] metadata = mapper.writeValueAsBytes(row.metadata());
				out.writeInt(1 + metadata.length);
				out.writeByte(1);
				out.write(metadata);
			}
			out.writeShort(-1);
		}
		catch (IOException ex) {
			throw new IllegalStateException("a stream into memory failed", ex);
		}
		return bytes.toByteArray();
	}

	private static void write(float[] vector, DataOutputStream out) throws IOException {
		out.writeInt(4 + Float.BYTES * vector.length);
		out.writeShort(vector.length);
		out.writeShort(0);
		for (float value : vector) {
			out.writeFloat(value);
		}
	}

	@Override
	public void run() throws Exception {
		try (Connection connection = this.pool.getConnection()) {
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn(this.statement, new ByteArrayInputStream(this.bytes), BUFFER_SIZE);
		}
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
