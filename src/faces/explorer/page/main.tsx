import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { adoptKey } from './key.ts';

// Before anything is drawn, so that the address bar shows the key for as short a time as possible.
const key = adoptKey();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element with the id root.');
createRoot(root).render(<App initialKey={key} />);
