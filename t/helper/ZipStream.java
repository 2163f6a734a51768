import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads each operand, a pipe or a file, as a stream of zip entries and prints
 *  "operand's number, name, size, CRC-32" for each; exits with 1 on a failure. */
class ZipStream {
	public static void main(String[] paths) {
		byte[] buf = new byte[1 << 16];
		boolean failed = false;

		for (int i = 0; i < paths.length; i++) {
			try (InputStream in = new FileInputStream(paths[i]);
			    ZipInputStream zip = new ZipInputStream(
			    new BufferedInputStream(in, 1 << 16))) {
				for (ZipEntry e; (e = zip.getNextEntry()) != null;) {
					CRC32 crc = new CRC32();
					long size = 0;
					for (int n; (n = zip.read(buf)) > 0; size += n)
						crc.update(buf, 0, n);
					System.out.printf("%d %s %d %08x%n", i,
					    e.getName(), size, crc.getValue());
				}
			} catch (Exception e) {
				System.out.printf("%d failed: %s%n", i, e);
				failed = true;
			}
		}
		System.exit(failed ? 1 : 0);
	}
}
