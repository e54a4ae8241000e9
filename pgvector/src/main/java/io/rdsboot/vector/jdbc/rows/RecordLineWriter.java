package io.rdsboot.vector.jdbc.rows;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.jdbc.sql.MetadataCodec;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorText;
import io.rdsboot.vector.type.VectorValue;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes records as JSON Lines: one object a line, in UTF-8. {@link RecordLineReader}
 * reads them. Not thread-safe.
 */
final class RecordLineWriter {

	private static final int BUFFER = 64 * 1024;

	private static final JsonFactory FACTORY = new JsonFactory();

	private final VectorTable table;

	private final OutputStream out;

	private final MetadataCodec codec = new MetadataCodec();

	private long written;

	RecordLineWriter(VectorTable table, OutputStream out) {
		this.table = table;
		this.out = new BufferedOutputStream(out, BUFFER);
	}

	/**
	 * Write a record and a line feed.
	 */
	void write(VectorRecord<?> record) {
		StringWriter line = new StringWriter();
		try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
			json.writeStartObject();
			if (record.id() instanceof Number id) {
				json.writeNumberProperty(RecordLineReader.ID, id.longValue());
			}
			else {
				json.writeStringProperty(RecordLineReader.ID, String.valueOf(record.id()));
			}
			if (record.content() != null) {
				json.writeStringProperty(RecordLineReader.CONTENT, record.content());
			}
			// By the codec, so that a value is written as it is stored.
			json.writeName(RecordLineReader.METADATA);
			json.writeRawValue(this.codec.write(record.metadata()));
			if (!record.metadataProblems().isEmpty()) {
				json.writeArrayPropertyStart(RecordLineReader.PROBLEMS);
				record.metadataProblems().forEach(json::writeString);
				json.writeEndArray();
			}
			json.writeObjectPropertyStart(RecordLineReader.VECTORS);
			vectors(record).forEach((name, vector) -> write(name, vector, json));
			json.writeEndObject();
			json.writeEndObject();
		}
		try {
			this.out.write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Record %d (id %s) of vector table %s cannot be written"
				.formatted(this.written, record.id(), this.table), ex);
		}
		this.written++;
	}

	private Map<String, VectorValue> vectors(VectorRecord<?> record) {
		Map<String, VectorValue> vectors = new LinkedHashMap<>();
		VectorValue embedding = record.embedding();
		if (embedding != null) {
			vectors.put(this.table.embedding().name(), embedding);
		}
		vectors.putAll(record.furtherVectors());
		return vectors;
	}

	private void write(String name, VectorValue vector, JsonGenerator json) {
		if (vector instanceof BitVector || vector instanceof SparseVector) {
			json.writeStringProperty(name, VectorText.format(this.table.vector(name).type(), vector));
			return;
		}
		json.writeArrayPropertyStart(name);
		for (float value : vector.toFloats()) {
			json.writeNumber(value);
		}
		json.writeEndArray();
	}

	/**
	 * Hand on what is not handed on yet.
	 * @return how many records have been written
	 */
	long finish() {
		try {
			this.out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Records of vector table %s cannot be written".formatted(this.table), ex);
		}
		return this.written;
	}

}
