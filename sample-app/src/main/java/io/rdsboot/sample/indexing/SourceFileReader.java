package io.rdsboot.sample.indexing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.rdsboot.sample.documents.Source;
import io.rdsboot.sample.text.PassageSplitter;
import io.rdsboot.sample.text.Section;
import io.rdsboot.sample.text.SourceType;
import io.rdsboot.sample.text.TextExtractor;

import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * Reader of files: from bytes to passages. Thread-safe.
 */
@Component
class SourceFileReader {

	private final Map<SourceType, TextExtractor> extractors = new EnumMap<>(SourceType.class);

	private final PassageSplitter splitter;

	private final DataSize maxFileSize;

	SourceFileReader(List<TextExtractor> extractors, PassageSplitter splitter, IndexProperties properties) {
		extractors.forEach((extractor) -> this.extractors.put(extractor.type(), extractor));
		this.splitter = splitter;
		this.maxFileSize = properties.maxFileSize();
	}

	/**
	 * Reads a file.
	 * @param file the file
	 * @return its passages; none if the file is empty
	 * @throws UnreadableFileException if the file is too large, binary, not UTF-8, or
	 * cannot be opened
	 */
	Source read(SourceFile file) throws UnreadableFileException {
		TextExtractor extractor = this.extractors.get(file.type());
		if (extractor == null) {
			throw new UnreadableFileException("no extractor for type " + file.type().value());
		}
		List<Section> sections = extract(extractor, decode(readBytes(file)));
		return new Source(file.name(), file.type(), file.path().getFileName().toString(), this.splitter.split(sections),
				Map.of());
	}

	/**
	 * A text that changes with the content of a file, with how it is split, and with the
	 * model. Takes much less time than to read the passages.
	 * @param file the file
	 * @param model the name of the model that embeds its passages
	 * @return the fingerprint
	 * @throws UnreadableFileException if the file is too large or cannot be opened
	 */
	String fingerprint(SourceFile file, String model) throws UnreadableFileException {
		MessageDigest digest = sha256();
		digest.update("%s %s".formatted(this.splitter, model).getBytes(StandardCharsets.UTF_8));
		return HexFormat.of().formatHex(digest.digest(readBytes(file)));
	}

	private static MessageDigest sha256() {
		try {
			return MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	private static List<Section> extract(TextExtractor extractor, String content) throws UnreadableFileException {
		try {
			return extractor.extract(content);
		}
		catch (RuntimeException | StackOverflowError ex) {
			// One odd file, deeply nested for instance, must not end the job
			throw new UnreadableFileException("cannot be parsed (" + ex.getClass().getSimpleName() + ")");
		}
	}

	private byte[] readBytes(SourceFile file) throws UnreadableFileException {
		int limit = Math.toIntExact(this.maxFileSize.toBytes());
		try (InputStream stream = Files.newInputStream(file.path())) {
			byte[] bytes = stream.readNBytes(limit + 1);
			if (bytes.length > limit) {
				throw new UnreadableFileException(
						"larger than " + this.maxFileSize.toKilobytes() + " KB (sample.index.max-file-size)");
			}
			return bytes;
		}
		catch (IOException ex) {
			throw new UnreadableFileException("cannot be read (" + ex.getClass().getSimpleName() + ")");
		}
	}

	private static String decode(byte[] bytes) throws UnreadableFileException {
		for (byte next : bytes) {
			if (next == 0) {
				throw new UnreadableFileException("binary, not text");
			}
		}
		try {
			String content = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			return content.startsWith("\ufeff") ? content.substring(1) : content;
		}
		catch (CharacterCodingException ex) {
			throw new UnreadableFileException("not UTF-8");
		}
	}

}
