// page.mjs: looks at one page in chromium, without JavaScript, light and dark, wide and on a phone.
//
//   node page.mjs PAGE.html PREFIX-OF-SCREENSHOTS
//
// Prints what is wrong, a line each, and exits 1 if anything is: the page scrolls sideways, asks for another
// file, has a chart without a name, with nothing in it, with text that is cut off, overlaps other
// text, or can hardly be read against the page.
import { chromium } from 'playwright-core';
import { pathToFileURL } from 'node:url';

const [page_path, prefix] = process.argv.slice(2);
const findings = [];
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
});

// Runs in the page. Lengths are pixels of the screen; a chart may be drawn smaller than it is.
function inspect() {
    const found = [];
    const channel = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const luminance = (colour) => {
        const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((c) => channel(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = luminance(getComputedStyle(document.body).backgroundColor);
    const contrast = (colour) => {
        const [low, high] = [luminance(colour), paper].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth)
        found.push(`scrolls sideways: ${root.scrollWidth} of ${root.clientWidth} pixels`);
    for (const figure of document.querySelectorAll('figure')) {
        const svg = figure.querySelector('svg');
        const edge = svg.getBoundingClientRect();
        if (!svg.getAttribute('aria-label')) found.push(`${figure.id}: has no name`);
        if (!figure.querySelector('figcaption')?.textContent) found.push(`${figure.id}: has no caption`);
        if (!svg.querySelector('path, polygon, image, use')) found.push(`${figure.id}: is empty`);
        const texts = [...svg.querySelectorAll('text')]
            .map((text) => ({ text: text.textContent.trim(), box: text.getBoundingClientRect(), text_node: text }))
            .filter(({ text }) => text);
        for (const { text, box, text_node } of texts) {
            if (box.left < edge.left - 1 || box.right > edge.right + 1 || box.top < edge.top - 1 || box.bottom > edge.bottom + 1)
                found.push(`${figure.id}: '${text}' is cut off`);
            const ratio = contrast(getComputedStyle(text_node).fill);
            if (ratio < 4.5) found.push(`${figure.id}: '${text}' has a contrast of ${ratio.toFixed(1)}`);
        }
        for (let i = 0; i < texts.length; i++) {
            for (let j = 0; j < i; j++) {
                const [a, b] = [texts[i].box, texts[j].box];
                const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                // The boxes of lines one below the other share what descenders do not use.
                if (across > 1 && down > 0.35 * Math.min(a.height, b.height))
                    found.push(`${figure.id}: '${texts[i].text}' lies over '${texts[j].text}'`);
            }
        }
    }
    for (const text of document.querySelectorAll('h1, h2, p, dt, dd, td, th, a, figcaption')) {
        const ratio = contrast(getComputedStyle(text).color);
        if (ratio < 4.5) found.push(`${text.tagName} '${text.textContent}' has a contrast of ${ratio.toFixed(1)}`);
    }
    return [...new Set(found)];
}

for (const width of [1280, 390]) {
    for (const colorScheme of ['light', 'dark']) {
        const context = await browser.newContext({
            viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: false,
        });
        const page = await context.newPage();
        const requests = [];
        page.on('request', (request) => requests.push(request.url()));
        page.on('console', (message) => findings.push(`console: ${message.text()}`));
        const url = pathToFileURL(page_path).href;
        await page.goto(url);
        for (const found of await page.evaluate(inspect)) findings.push(`${width} ${colorScheme}: ${found}`);
        for (const other of requests)
            if (other !== url && !other.startsWith('data:')) findings.push(`asks for ${other}`);
        await page.screenshot({ path: `${prefix}-${width}-${colorScheme}.png`, fullPage: true });
        await context.close();
    }
}
await browser.close();
for (const finding of findings.slice(0, 40)) console.log(finding);
process.exit(findings.length ? 1 : 0);
