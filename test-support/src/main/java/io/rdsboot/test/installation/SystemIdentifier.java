package io.rdsboot.test.installation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.zip.CRC32C;

import io.rdsboot.test.process.LocalRdsException;

/**
 * The number by which PostgreSQL tells a cluster and its standbys from all others. Copies
 * of a data directory have it in common until one of them is given another.
 * <p>
 * {@code initdb} writes it to two places, whose layout is the same in all versions from
 * 13 on: it is the first field of {@code pg_control}, the last field of which is a
 * checksum, and a field of the long header that each segment of the write-ahead log
 * begins with.
 */
public final class SystemIdentifier {

	/** The file has the size of a page, and its fields take a tenth of that at most. */
	private static final int CONTROL_BYTES = 512;

	/** The long header of a segment begins with a short one of this size. */
	private static final int SEGMENT_OFFSET = 24;

	private static final String SEGMENT = "[0-9A-F]".repeat(24);

	private SystemIdentifier() {
	}

	/**
	 * Makes up an identifier that no other cluster has.
	 * @return a positive number
	 */
	public static long generate() {
		return new SecureRandom().nextLong(1, Long.MAX_VALUE);
	}

	/**
	 * Reads the identifier of a data directory.
	 * @param data the data of a server
	 * @return the identifier, an unsigned number
	 * @throws IOException when the directory cannot be read
	 */
	static long read(Path data) throws IOException {
		try (FileChannel channel = FileChannel.open(control(data), StandardOpenOption.READ)) {
			return read(channel, 0, Long.BYTES).getLong(0);
		}
	}

	/**
	 * Gives another identifier to a data directory.
	 * @param data the data of a server that was shut down in order, or never started
	 * @param identifier the identifier
	 * @throws IOException when the directory cannot be read and written
	 * @throws LocalRdsException when the files do not look as described above
	 */
	public static void write(Path data, long identifier) throws IOException {
		long former = read(data);
		try (DirectoryStream<Path> segments = Files.newDirectoryStream(data.resolve("pg_wal"),
				(file) -> file.getFileName().toString().matches(SEGMENT))) {
			for (Path segment : segments) {
				writeSegment(segment, former, identifier);
			}
		}
		writeControl(control(data), identifier);
	}

	private static Path control(Path data) {
		return data.resolve("global/pg_control");
	}

	private static void writeSegment(Path segment, long former, long identifier) throws IOException {
		try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			long found = read(channel, SEGMENT_OFFSET, Long.BYTES).getLong(0);
			if (found != former) {
				throw new LocalRdsException("%s is of the cluster %s, and %s was expected".formatted(segment,
						Long.toUnsignedString(found), Long.toUnsignedString(former)));
			}
			channel.write(buffer(Long.BYTES).putLong(0, identifier), SEGMENT_OFFSET);
		}
	}

	private static void writeControl(Path control, long identifier) throws IOException {
		try (FileChannel channel = FileChannel.open(control, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			ByteBuffer fields = read(channel, 0, CONTROL_BYTES);
			int end = checksumOffset(control, fields);
			fields.putLong(0, identifier);
			fields.putInt(end, checksum(fields, end));
			channel.write(fields.position(0).limit(end + Integer.BYTES), 0);
		}
	}

	/** Versions differ in the number of fields. */
	private static int checksumOffset(Path control, ByteBuffer fields) {
		for (int offset = Long.BYTES; offset + Integer.BYTES <= fields.capacity(); offset += Integer.BYTES) {
			if (fields.getInt(offset) == checksum(fields, offset)) {
				return offset;
			}
		}
		throw new LocalRdsException("%s has no checksum where PostgreSQL 13 and later have it".formatted(control));
	}

	private static int checksum(ByteBuffer fields, int end) {
		CRC32C checksum = new CRC32C();
		checksum.update(fields.duplicate().position(0).limit(end));
		return (int) checksum.getValue();
	}

	private static ByteBuffer read(FileChannel channel, int position, int size) throws IOException {
		ByteBuffer buffer = buffer(size);
		channel.read(buffer, position);
		if (buffer.hasRemaining()) {
			throw new IOException(
					"A file of %d bytes is too short for %d at %d".formatted(channel.size(), size, position));
		}
		return buffer;
	}

	private static ByteBuffer buffer(int size) {
		return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
	}

}
