package io.rdsboot.benchmarks.vector.contender;

import java.nio.ByteBuffer;
import java.util.List;

import io.rdsboot.benchmarks.vector.data.Cell;
import io.rdsboot.benchmarks.vector.data.Row;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PreparedCopy}.
 */
class PreparedCopyTests {

	private static final int HEADER = 11 + 4 + 4;

	@Test
	void encodeWritesFourFieldsARow() {
		Row row = new Row(7, new Cell(7), new float[] { 0.6f, -0.8f }, "Note 7.");
		ByteBuffer bytes = ByteBuffer.wrap(PreparedCopy.encode(List.of(row)));
		bytes.position(HEADER);
		assertThat(bytes.getShort()).isEqualTo((short) 4);
		assertThat(bytes.getInt()).isEqualTo(16);
		assertThat(bytes.getLong()).isEqualTo(row.id().getMostSignificantBits());
		assertThat(bytes.getLong()).isEqualTo(7);
		assertThat(bytes.getInt()).isEqualTo(4 + 2 * 4);
		assertThat(bytes.getShort()).isEqualTo((short) 2);
		assertThat(bytes.getShort()).isZero();
		assertThat(bytes.getFloat()).isEqualTo(0.6f);
		assertThat(bytes.getFloat()).isEqualTo(-0.8f);
		assertThat(bytes.getInt()).isEqualTo(7);
		bytes.position(bytes.position() + 7);
		int metadata = bytes.getInt();
		assertThat(bytes.get()).as("version of jsonb").isEqualTo((byte) 1);
		bytes.position(bytes.position() + metadata - 1);
		assertThat(bytes.getShort()).isEqualTo((short) -1);
		assertThat(bytes.remaining()).isZero();
	}

}
